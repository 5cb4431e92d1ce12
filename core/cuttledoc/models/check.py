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


def damage(model: Model, folder: Path) -> tuple[Path, str] | None:
    """The first file that is not as the catalogue says, and what is wrong with it.

    Raises:
        OSError: A file is there but cannot be read.
    """
    for file in model.files:
        path = folder / file.path
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return path, "is missing"
        if size != file.bytes:
            return path, f"has {size} bytes and should have {file.bytes}"
    if _stamped(folder) == _seen(model, folder):
        return None
    from cuttledoc.models.gather import sha256_of

    for file in model.files:
        path = folder / file.path
        if sha256_of(path) != file.sha256:
            return path, "has another content (sha256) than the catalogue says"
    with suppress(OSError):  # a store shared read-only is hashed at each start, and works
        stamp(model, folder)
    return None


def stamp(model: Model, folder: Path) -> None:
    """Remember that all files are verified.

    Raises:
        OSError: The folder cannot be written.
    """
    (folder / STAMP).write_bytes(msgspec.json.encode(_seen(model, folder)))


def _seen(model: Model, folder: Path) -> dict[str, Seen]:
    """The files as they are, with the checksums they should have."""
    stats = {file: (folder / file.path).stat() for file in model.files}
    return {
        file.path: Seen(stat.st_size, stat.st_mtime_ns, file.sha256) for file, stat in stats.items()
    }


def _stamped(folder: Path) -> dict[str, Seen] | None:
    try:
        return msgspec.json.decode((folder / STAMP).read_bytes(), type=dict[str, Seen])
    except (FileNotFoundError, msgspec.DecodeError):  # none yet, or half written
        return None
