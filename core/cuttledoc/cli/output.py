"""Files that are written whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

from cuttledoc.errors import DocumentError


@contextmanager
def written_whole(file: Path) -> Iterator[StringIO]:
    """What is written to the stream becomes the file's content, once the block ends well.

    That the file can be written is seen before the block begins. Whatever goes wrong, a full
    disk or Ctrl-C, what was there stays.

    Raises:
        DocumentError: ``output-unwritable``.
    """
    part = file.parent / f".{file.name}.part"
    text = StringIO()
    try:
        with _told(file):
            if file.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            file.parent.mkdir(parents=True, exist_ok=True)
            part.touch()
        yield text
        with _told(file):
            part.write_text(text.getvalue(), encoding="utf-8", newline="\n")
            part.replace(file)
    finally:
        with suppress(OSError):  # there is none after a success, and perhaps not even a folder
            part.unlink()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DocumentError(
            f"“{file}” cannot be written: {error.strerror or error}.",
            hint="Name another place with -o.",
            code="output-unwritable",
            path=file,
        ) from error
