"""The content of a media file as a number that tells any two recordings apart."""

import asyncio
import hashlib
from pathlib import Path

from cuttledoc.media.file import inaccessible, open_regular

_CHUNK = 1024 * 1024


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
            raise inaccessible(path, error) from error
    return hasher.hexdigest()
