"""``cuttledoc-lsp``: the language server on stdin and stdout."""

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import IO

from cuttledoc import __version__
from cuttledoc_lsp.create import create_server
from cuttledoc_lsp.lifecycle import serve

_SWITCH_SECONDS = 0.0005
"""How long a thread that reads a long document may keep the others waiting: a message passes
through several threads, and Python's own 5 ms at each are felt in a hover."""


def main() -> None:
    """Run the server until its client is done, and end the process."""
    parser = argparse.ArgumentParser(
        prog="cuttledoc-lsp",
        description="The cuttledoc language server; editors start it and speak to it over stdio.",
    )
    parser.add_argument("--version", action="version", version=f"cuttledoc-lsp {__version__}")
    parser.add_argument("--stdio", action="store_true", help="the default, and the only way")
    parser.add_argument("--log-file", type=Path, help="write a log there; standard error else")
    parser.add_argument(
        "--log-level", default="warning", choices=["debug", "info", "warning", "error"]
    )
    options = parser.parse_args()
    sys.setswitchinterval(_SWITCH_SECONDS)
    _log_to(options.log_file, options.log_level)
    # What prints by mistake must not break the protocol: it goes to standard error.
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        status = asyncio.run(_run(stdout))
    except KeyboardInterrupt:
        status = 130
    logging.shutdown()
    # Not sys.exit: the thread that waits for the next byte of stdin would keep the process.
    os._exit(status)


async def _run(stdout: IO[bytes]) -> int:
    return await serve(create_server(os.environ), sys.stdin.buffer, stdout)


def _log_to(file: Path | None, level: str) -> None:
    logging.basicConfig(
        filename=file,
        encoding="utf-8" if file else None,
        level=level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.raiseExceptions = False  # a log that cannot be written, on a full disk, is no news
    # pygls logs every message with its text, and documents are private.
    logging.getLogger("pygls").setLevel(logging.WARNING)


if __name__ == "__main__":
    main()
