"""Downloads an archive over HTTP, going on where an earlier download broke off."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc.models.catalogue import ArchiveSource
from cuttledoc.models.gather import sha256_of
from cuttledoc.models.progress import (
    FetchProgress,
    Phase,
    Report,
    SourceFailedError,
    in_thread,
)

if TYPE_CHECKING:
    import httpx

RELEASES = "https://github.com/k2-fsa/sherpa-onnx/releases/download"
"""The release page; a mirror stands in for it."""

_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before the second, third and fourth try; a try that brought bytes starts anew."""

_TIMEOUT_SECONDS = 30.0

_OK, _PARTIAL, _RANGE_NOT_SATISFIABLE, _TOO_MANY, _SERVER_ERROR = 200, 206, 416, 429, 500


class _BrokenError(Exception):
    """A try failed in a way that another try may mend."""


class _Part:
    """The file as far as it is there, and the server's mark of which version it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mark = path.with_name(path.name + ".mark")

    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def mark(self) -> str:
        return self._mark.read_text("utf-8") if self._mark.exists() else ""

    def set_mark(self, mark: str) -> None:
        self._mark.write_text(mark, "utf-8")

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)


async def download_archive(
    source: ArchiveSource, folder: Path, *, mirror: str, report: Report
) -> Path:
    """Download a source's archive, and verify it where its checksum is known.

    Args:
        source: The archive.
        folder: Where it is kept, finished or not; ``discard`` removes it.
        mirror: Base URL in place of the release page; empty for none.
        report: Told the progress.

    Returns:
        Path of the whole archive in ``folder``.

    Raises:
        SourceFailedError: It could not be got, or is not the one expected.
        OSError: ``folder`` cannot be written.
    """
    part = _Part(folder / f"{source.file}.part")
    url = f"{(mirror or RELEASES).rstrip('/')}/{source.release}/{source.file}"
    try:
        await _download(url, part, source, report)
        await _verify(part, source, report)
    except (OSError, SourceFailedError):
        part.delete()  # worth nothing, or in the way on a full disk
        raise
    return part.path


def discard(archive: Path) -> None:
    """Remove what ``download_archive`` returned, and what it remembers of it."""
    _Part(archive).delete()


def host_of(mirror: str) -> str:
    """The host that archives come from, for words to the user."""
    match = re.match(r"https?://(?:[^/@]*@)?([^/:]+)", mirror or RELEASES)
    return match[1] if match else mirror


async def _download(url: str, part: _Part, source: ArchiveSource, report: Report) -> None:
    import httpx

    tries = iter(_PAUSES)
    try:
        client = httpx.AsyncClient(follow_redirects=True, timeout=_TIMEOUT_SECONDS)
    except (OSError, ValueError, httpx.InvalidURL) as error:  # a proxy or certificate setting
        raise SourceFailedError(f"the proxy or certificate settings are wrong ({error})") from error
    async with client:
        while True:
            before = part.size()
            try:
                await _attempt(client, url, part, source, report)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
                raise SourceFailedError(f"{url} is no address to download from") from error
            except (httpx.TransportError, _BrokenError) as error:
                if part.size() > before:
                    tries = iter(_PAUSES)
                pause = next(tries, None)
                if pause is None:
                    raise SourceFailedError(_reason(error)) from error
                await asyncio.sleep(pause)
            else:
                return


async def _attempt(
    client: "httpx.AsyncClient", url: str, part: _Part, source: ArchiveSource, report: Report
) -> None:
    """One request, from where the part ends; returns when the part is whole."""
    have, mark = part.size(), part.mark()
    headers = {"Accept-Encoding": "identity"}
    if have and mark:
        headers |= {"Range": f"bytes={have}-", "If-Range": mark}
    else:
        have = 0
    async with client.stream("GET", url, headers=headers) as response:
        if response.status_code == _RANGE_NOT_SATISFIABLE and have:
            if response.headers.get("Content-Range") == f"bytes */{have}":
                return  # it was whole already
            part.delete()
            raise _BrokenError("the server cannot go on with the download")
        if response.status_code >= _SERVER_ERROR or response.status_code == _TOO_MANY:
            raise _BrokenError(f"{response.status_code} {response.reason_phrase}")
        if response.status_code not in {_OK, _PARTIAL}:
            raise SourceFailedError(f"{response.status_code} {response.reason_phrase}")
        start = _start(response)
        if start not in {0, have}:
            part.delete()
            raise _BrokenError("the server sends another piece than asked for")
        await _write(response, part, start, source, report)


def _start(response: "httpx.Response") -> int:
    """Offset of the first byte of the response in the file."""
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match and response.status_code == _PARTIAL else 0


async def _write(
    response: "httpx.Response", part: _Part, start: int, source: ArchiveSource, report: Report
) -> None:
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdigit() else source.bytes
    done = start
    if start == 0:
        part.delete()
        part.set_mark(_mark(response))
    with await asyncio.to_thread(part.path.open, "ab") as stream:
        async for block in response.aiter_raw():
            done += len(block)
            if done > 2 * source.bytes:
                raise SourceFailedError("the server sends far more than the archive's size")
            stream.write(block)
            report(FetchProgress(Phase.DOWNLOADING, done, total, source.kind))


def _mark(response: "httpx.Response") -> str:
    """What ``If-Range`` takes; empty where the server gives nothing reliable."""
    etag: str = response.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return etag
    modified: str = response.headers.get("Last-Modified", "")
    return modified


async def _verify(part: _Part, source: ArchiveSource, report: Report) -> None:
    if source.sha256 is None:
        return
    size = part.size()
    found = await in_thread(
        lambda tick: sha256_of(part.path, tick),
        lambda done: report(FetchProgress(Phase.VERIFYING, done, size, source.kind)),
    )
    if found != source.sha256:
        raise SourceFailedError("the archive is not the one expected (sha256 differs)")


def _reason(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ProxyError):
        return f"the proxy refuses ({error})"
    if isinstance(error, httpx.ConnectTimeout | httpx.ReadTimeout):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        words = str(error)
        if "CERTIFICATE" in words.upper():
            return "its certificate is not trusted"
        return "cannot be reached"
    if isinstance(error, httpx.TransportError):
        return "the connection breaks"
    return str(error)
