"""Whether an installed model is sound: sizes always, checksums when something changed.

The stamp beside the files remembers what they were like when their checksums were last
computed, so that a start does not read the whole model.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from cuttledoc.models.catalogue import Model

STAMP = ".verified.json"


class Seen(msgspec.Struct, frozen=True):
    """A file as it was when its checksum was computed.

    Attributes:
        bytes: Its size.
        mtime_ns: When it last changed, in nanoseconds since the epoch.
        sha256: Its checksum then.
    """

    bytes: int
    mtime_ns: int
    sha256: str


_decode = msgspec.json.Decoder(dict[str, Seen]).decode  # made here: see catalogue.py


def damage(model: Model, folder: Path) -> tuple[Path, str] | None:
    """The first file that is not as the catalogue says, and what is wrong with it.

    Raises:
        OSError: A file is there but cannot be read.
    """
    stamped = _stamped(folder)
    for file in model.files:
        path = folder / file.path
        expected = file.bytes or (stamped[file.path].bytes if file.path in stamped else None)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return path, "is missing"
        if expected not in {None, size}:
            return path, f"has {size} bytes and should have {expected}"
    sums = _sums(model, stamped)
    if stamped == _seen(model, folder, sums):
        return None
    from cuttledoc.models.gather import sha256_of

    for file in model.files:
        path = folder / file.path
        found = sha256_of(path)
        if sums.setdefault(file.path, found) != found:
            return path, "has another content (sha256) than when it was published or installed"
    with suppress(OSError):  # a store shared read-only is hashed at each start, and works
        _write(folder, _seen(model, folder, sums))
    return None


def stamp(model: Model, folder: Path) -> None:
    """Remember that all files are verified, and the checksums of those that had none before.

    Raises:
        OSError: The folder cannot be written.
    """
    from cuttledoc.models.gather import sha256_of

    sums = {file.path: file.sha256 or sha256_of(folder / file.path) for file in model.files}
    _write(folder, _seen(model, folder, sums))


def _write(folder: Path, seen: dict[str, Seen]) -> None:
    (folder / STAMP).write_bytes(msgspec.json.encode(seen))


def _sums(model: Model, stamped: dict[str, Seen]) -> dict[str, str]:
    """The checksums that the files should have: the catalogue's, else those of the stamp."""
    sums = {path: seen.sha256 for path, seen in stamped.items()}
    return sums | {file.path: file.sha256 for file in model.files if file.sha256 is not None}


def _seen(model: Model, folder: Path, sums: dict[str, str]) -> dict[str, Seen]:
    """The files as they are, with the checksums they should have."""
    stats = {file.path: (folder / file.path).stat() for file in model.files}
    return {
        path: Seen(stat.st_size, stat.st_mtime_ns, sums.get(path, ""))
        for path, stat in stats.items()
    }


def _stamped(folder: Path) -> dict[str, Seen]:
    try:
        return _decode((folder / STAMP).read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):  # none yet, or half written
        return {}
