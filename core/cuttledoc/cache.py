"""Finished transcripts on disk, by what was heard and how.

The key is made of the recording's content, so moving or renaming a file keeps its transcript,
and of everything else that decides the text. An entry is one JSON file; the least recently
used ones go when the folder grows past its limit.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from cuttledoc.transcript import Transcript

_PIPELINE = 1
"""Raised whenever the same recording and model would give another text."""

_MEGABYTE = 1_000_000


class Key(msgspec.Struct, frozen=True):
    """Everything a transcript depends on.

    Attributes:
        audio: SHA-256 of the recording's bytes, in hexadecimal.
        model: Id of the model.
        weights: SHA-256 of each of the model's files.
        language: Language asked for; None for the model's own choice.
    """

    audio: str
    model: str
    weights: tuple[str, ...]
    language: str | None

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
            transcript = msgspec.json.decode(path.read_bytes(), type=Transcript)
            os.utime(path)  # for the choice of what goes first
        except (OSError, msgspec.MsgspecError):
            return None
        return transcript

    def put(self, key: Key, transcript: Transcript) -> None:
        """Keep a transcript, all at once or not at all."""
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(msgspec.json.encode(transcript))
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._shrink()

    def size(self) -> tuple[int, int]:
        """Number of entries, and their bytes together."""
        sizes = [size for _, size, _ in self._entries()]
        return len(sizes), sum(sizes)

    def clear(self) -> int:
        """Delete every entry; returns how many there were.

        Raises:
            OSError: An entry cannot be deleted.
        """
        entries = self._entries()
        for _, _, path in entries:
            path.unlink(missing_ok=True)
        return len(entries)

    def _path(self, key: Key) -> Path:
        name = key.name()
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
