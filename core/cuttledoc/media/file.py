"""Opens media files as files: no device, no pipe, and one sentence where that fails."""

import asyncio
import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cuttledoc.errors import MediaError

_CHUNK = 8 * 1024 * 1024


@contextmanager
def open_regular(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular, non-empty file for reading; a device or a pipe might never end.

    Raises:
        MediaError: There is no such file, or it is none of that kind, or may not be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise MediaError(
                f"“{path}” is {'a folder' if stat.S_ISDIR(status.st_mode) else 'no regular file'}.",
                hint="Name an audio or video file.",
                code="media-not-a-file",
                path=path,
            )
        if status.st_size == 0:
            raise MediaError(
                f"“{path}” is empty (0 bytes).",
                hint="Record or copy it again.",
                code="media-empty",
                path=path,
            )
        file = path.open("rb")
    except OSError as error:
        raise _inaccessible(path, error) from error
    with file:
        yield file


async def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; can be cancelled between chunks.

    Raises:
        MediaError: The file cannot be opened (see ``open_regular``) or read.
    """
    hasher = hashlib.sha256()
    with open_regular(path) as file:
        try:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                await asyncio.to_thread(hasher.update, chunk)
        except OSError as error:
            raise _inaccessible(path, error) from error
    return hasher.hexdigest()


def _inaccessible(path: Path, error: OSError) -> MediaError:
    if isinstance(error, FileNotFoundError):
        return MediaError(
            f"“{path}” does not exist.",
            hint="Check the path.",
            code="media-not-found",
            path=path,
        )
    if isinstance(error, PermissionError):
        return MediaError(
            f"You may not read “{path}”.",
            hint="Give yourself permission to read it.",
            code="media-permission",
            path=path,
        )
    return MediaError(
        f"“{path}” cannot be read: {error.strerror or error}.",
        hint="Check the disk or the network share it lies on.",
        code="media-unreadable",
        path=path,
    )
