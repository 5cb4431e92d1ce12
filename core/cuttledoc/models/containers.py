"""Looks into a wheel, an archive or a folder, without trusting a name in it.

Nothing is ever unpacked as such: entries are offered with their size, and whoever wants the
content of one reads it. Links, devices and folders are not offered, so a name that is
absolute or climbs with ``..`` is a name and no more.
"""

import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

MOST_ENTRIES = 100_000
"""Entries looked at before a container is refused."""


class ContainerError(Exception):
    """A container cannot be read.

    Args:
        reason: A phrase that follows the container's name, such as ``is damaged``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Entry(NamedTuple):
    """One regular file in a container.

    Attributes:
        name: Its name as the container gives it; never to be used as a path.
        size: Its size in bytes, as the container claims.
        open: Opens its content; it must be read before the next entry is asked for.
    """

    name: str
    size: int
    open: Callable[[], IO[bytes]]


def entries(container: Path, *, most_bytes: int) -> Iterator[Entry]:
    """The regular files in a folder, a ``.zip`` or ``.whl``, or a ``.tar`` however compressed.

    Args:
        container: The file or folder.
        most_bytes: Sum of the sizes at which the container is refused, so that a small
            archive cannot keep the machine unpacking.

    Raises:
        ContainerError: It is no archive, is damaged, cannot be read, or is too large.
    """
    total = 0
    with readable():
        for count, entry in enumerate(_listed(container)):
            total += entry.size
            if count >= MOST_ENTRIES or (total > most_bytes and not container.is_dir()):
                raise ContainerError("holds far more than a model")
            yield entry


@contextmanager
def readable() -> Iterator[None]:
    """Turns what the standard library raises on a bad archive into ``ContainerError``."""
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ContainerError("is damaged") from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile's words for what it cannot do
        raise ContainerError("is encrypted or packed in an unknown way") from error
    except OSError as error:
        if error.errno is None:  # bz2's word for bad data
            raise ContainerError("is damaged") from error
        raise ContainerError(f"cannot be read ({error.strerror})") from error


def _listed(container: Path) -> Iterator[Entry]:
    if container.is_dir():
        return _in_folder(container)
    if zipfile.is_zipfile(container):
        return _in_zip(container)
    if tarfile.is_tarfile(container):
        return _in_tar(container)
    container.stat()  # a missing file should be called missing
    raise ContainerError("is no archive that cuttledoc can read, or is damaged")


def _in_folder(folder: Path) -> Iterator[Entry]:
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            # A link is followed: the folder is the user's own, and other tools' model caches
            # are made of links.
            if path.is_file():
                yield Entry(str(path.relative_to(folder)), path.stat().st_size, opener(path))


def opener(path: Path) -> Callable[[], IO[bytes]]:
    """What opens ``path`` for reading, to be called later."""
    return lambda: path.open("rb")


def _in_zip(container: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(container) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield Entry(info.filename, info.file_size, _zip_opener(archive, info))


def _zip_opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _in_tar(container: Path) -> Iterator[Entry]:
    with tarfile.open(container) as archive:
        for info in archive:
            if info.isreg():
                yield Entry(info.name, info.size, _tar_opener(archive, info))


def _tar_opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        content = archive.extractfile(info)
        if content is None:  # impossible for a regular file
            raise tarfile.ExtractError(info.name)
        return content

    return open_member
