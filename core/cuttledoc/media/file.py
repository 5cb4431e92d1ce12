"""Opens media files as files: no device, no pipe, and one sentence where that fails."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cuttledoc.errors import MediaError


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
        raise inaccessible(path, error) from error
    with file:
        yield file


def inaccessible(path: Path, error: OSError) -> MediaError:
    """The error of the operating system in a user's words."""
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
