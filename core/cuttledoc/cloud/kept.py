"""What is remembered on disk: finished pieces of unfinished recordings, and how servers are.

Neither holds a key. A disk that cannot be written costs time and money, never a transcript.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import msgspec

from cuttledoc.cloud.address import Server
from cuttledoc.cloud.answer import Answer
from cuttledoc.media.encoding import Encoding
from cuttledoc.models.elsewhere import CloudModel

_PIPELINE = 1
"""Raised when the same sound would be cut or asked for in another way."""

_OLD_SECONDS = 14 * 24 * 3600.0
"""After this nobody comes back for the rest."""

Place = tuple[float, float]
"""Begin of a piece and end of its speech, in seconds."""


class _Kept(msgspec.Struct, frozen=True):
    place: Place
    answer: Answer


_decode_kept = msgspec.json.Decoder(_Kept).decode  # made here: see models/catalogue.py


class Pieces:
    """The pieces of one recording that a server has transcribed.

    Args:
        folder: Where all of them are kept; None to keep none.
        what: All that decides what a piece says besides its place: recording, model, options.
    """

    def __init__(self, folder: Path | None, what: object) -> None:
        name = hashlib.sha256(msgspec.json.encode((_PIPELINE, what))).hexdigest()
        self._folder = folder / name if folder else None
        self._known: dict[Place, Answer] = {}
        if folder is not None:
            _forget_old(folder)
            self._read()

    @property
    def places(self) -> frozenset[Place]:
        """Where the finished ones lie in the recording."""
        return frozenset(self._known)

    def get(self, place: Place) -> Answer | None:
        """The answer for the piece at a place."""
        return self._known.get(place)

    def put(self, place: Place, answer: Answer) -> None:
        """Keep an answer until the recording is done."""
        self._known[place] = answer
        if self._folder is not None:
            name = "-".join(map(repr, place))
            _write(self._folder / f"{name}.json", msgspec.json.encode(_Kept(place, answer)))

    def clear(self) -> None:
        """The recording is done."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self) -> None:
        if self._folder is None:
            return
        for file in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                kept = _decode_kept(file.read_bytes())
                self._known[kept.place] = kept.answer


class Manners(msgspec.Struct, frozen=True):
    """How a server wants to be asked for a model, as found out by asking.

    Attributes:
        response_format: The form of answer it gives; None where nobody has asked yet.
        encoding: The sound it can read; None where nobody has asked yet.
        most: The longest piece it takes, in seconds; None where none was too long.
        stream: Whether it may be asked for words as they come; False once it has refused to.
    """

    response_format: str | None = None
    encoding: Encoding | None = None
    most: float | None = None
    stream: bool = True


_decode_manners = msgspec.json.Decoder(Manners).decode


class Memory:
    """What was found out about servers.

    Args:
        folder: Where it is kept; None to forget it with the process.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, server: Server, model: CloudModel) -> Manners:
        """What is known about a model at a server."""
        if self._folder is not None:
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                data = self._path(self._folder, server, model).read_bytes()
                return _decode_manners(data)
        return Manners()

    def put(self, server: Server, model: CloudModel, manners: Manners) -> None:
        """Remember it."""
        if self._folder is not None:
            _write(self._path(self._folder, server, model), msgspec.json.encode(manners))

    @staticmethod
    def _path(folder: Path, server: Server, model: CloudModel) -> Path:
        name = hashlib.sha256(f"{server.url} {model.id}".encode()).hexdigest()[:32]
        return folder / f"{name}.json"


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for its owner alone."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _forget_old(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            if time.time() - entry.stat().st_mtime > _OLD_SECONDS:
                shutil.rmtree(entry, ignore_errors=True)
