"""Finished transcripts on disk, by what was heard and how.

The key is made of the recording's content, so moving or renaming a file keeps its transcript,
and of everything else that decides the text. An entry is one JSON file; the least recently
used ones go when the folder grows past its limit.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import msgspec

from cuttledoc.transcript import Transcript

_PIPELINE = 2
"""Raised whenever the same recording and model would give another text."""

_MEGABYTE = 1_000_000


# Made while the module is imported, for several threads decode (see models/catalogue.py).
_decode = msgspec.json.Decoder(Transcript).decode


class Key(msgspec.Struct, frozen=True):
    """Everything a transcript depends on.

    Attributes:
        audio: SHA-256 of the recording's bytes, in hexadecimal.
        model: Id of the model.
        weights: SHA-256 of each of the model's files.
        language: Language asked for; None where it was found out.
        vocabulary: Names and jargon that the model was told.
    """

    audio: str
    model: str
    weights: tuple[str, ...]
    language: str | None
    vocabulary: tuple[str, ...] = ()

    def name(self) -> str:
        """The key as a file name."""
        return hashlib.sha256(msgspec.json.encode((_PIPELINE, self))).hexdigest()


class Cache:
    """The folder of finished transcripts.

    A cache that cannot be read or written costs time, never a transcript: each such failure
    counts as "not there".

    Args:
        folder: Where the entries lie; it is made when the first one is written.
        megabytes: The size to keep to, in 1,000,000 bytes.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._limit = megabytes * _MEGABYTE

    def get(self, key: Key) -> Transcript | None:
        """The transcript, if it is there and whole."""
        path = self._path(key)
        try:
            transcript = _decode(path.read_bytes())
            os.utime(path)  # for the choice of what goes first
        except (OSError, msgspec.MsgspecError):
            return None
        return transcript

    def put(self, key: Key, transcript: Transcript) -> None:
        """Keep a transcript, all at once or not at all."""
        self._write(self._path(key), transcript)

    def _write(self, path: Path, content: Transcript | str) -> None:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(msgspec.json.encode(content))
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._shrink()

    def language(self, audio: str, model: str) -> str | None:
        """The language that a model found a recording to be in.

        Args:
            audio: SHA-256 of the recording's bytes, in hexadecimal.
            model: Id of the model that told.
        """
        try:
            return msgspec.json.decode(self._language_path(audio, model).read_bytes(), type=str)
        except (OSError, msgspec.MsgspecError):
            return None

    def put_language(self, audio: str, model: str, language: str) -> None:
        """Keep what a model found a recording's language to be."""
        self._write(self._language_path(audio, model), language)

    def size(self) -> tuple[int, int]:
        """Number of entries, and their bytes together."""
        sizes = [size for _, size, _ in self._entries()]
        return len(sizes), sum(sizes)

    def clear(self) -> int:
        """Delete every entry, and what is kept of unfinished ones; returns how many there were.

        Raises:
            OSError: An entry cannot be deleted.
        """
        entries = self._entries()
        for _, _, path in entries:
            path.unlink(missing_ok=True)
        if self.pieces.exists():
            shutil.rmtree(self.pieces)
        return len(entries)

    @property
    def pieces(self) -> Path:
        """Folder for what a server has transcribed of recordings that are not finished."""
        return self.folder / "pieces"

    def _path(self, key: Key) -> Path:
        return self._entry(key.name())

    def _language_path(self, audio: str, model: str) -> Path:
        content = msgspec.json.encode((_PIPELINE, "language", audio, model))
        return self._entry(hashlib.sha256(content).hexdigest())

    def _entry(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.json"

    def _entries(self) -> list[tuple[float, int, Path]]:
        """Time of last use, size and path of each entry."""
        entries = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        return entries

    def _shrink(self) -> None:
        entries = sorted(self._entries())
        excess = sum(size for _, size, _ in entries) - self._limit
        for _, size, path in entries:
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= size
