"""The life of the process: from the first byte on stdin to the last child's end.

It ends by ``exit``, by the end of stdin, by a broken stdout, or because the process that the client
named as its own is gone; whatever is under way then has ``_CLOSING_SECONDS`` to end.
"""

import asyncio
import contextlib
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO

from pygls.io_ import StdinAsyncReader, run_async

from cuttledoc_lsp.server import Server

_log = logging.getLogger(__name__)

_CLOSING_SECONDS = 1.5
_WATCH_SECONDS = 0.5


async def serve(server: Server, stdin: IO[bytes], stdout: IO[bytes]) -> int:
    """Speak the protocol until the session is over.

    Returns:
        The exit status. Threads may still wait for stdin: end the process with ``os._exit``.
    """
    loop = asyncio.get_running_loop()
    writer = Writer(stdout, lambda: loop.call_soon_threadsafe(server.end, 1))
    server.protocol.set_writer(writer)
    reading = asyncio.create_task(
        run_async(
            stop_event=threading.Event(),
            reader=StdinAsyncReader(stdin, ThreadPoolExecutor(1)),  # type: ignore[arg-type]  # pygls wants BinaryIO
            protocol=server.protocol,
            error_handler=server.report_server_error,
        )
    )
    reading.add_done_callback(lambda _: server.end(1))
    watching = asyncio.create_task(_watch_client(server))
    status = await server.ended
    _log.info("ending with status %d", status)
    watching.cancel()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSING_SECONDS):
            await server.close()
    await asyncio.to_thread(writer.close)
    return status


class Writer:
    """Writes to the client in a thread of its own: a client that does not read blocks nobody.

    Args:
        stdout: Where to.
        broken: Called, in that thread, when nobody reads any more.
    """

    def __init__(self, stdout: IO[bytes], broken: Callable[[], object]) -> None:
        self._stdout = stdout
        self._broken = broken
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Send a message after all those before it."""
        self._queue.put(data)

    def close(self) -> None:
        """Send what is left, unless the client does not take it."""
        self._queue.put(None)
        self._thread.join(timeout=0.3)

    def _run(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                self._stdout.write(data)
                self._stdout.flush()
        except (OSError, ValueError):  # ValueError: the stream is closed
            with contextlib.suppress(RuntimeError):  # the loop has ended before us
                self._broken()


async def _watch_client(server: Server) -> None:
    """End the server when the client's process is gone."""
    pid = await server.client_process
    if not is_alive(pid):
        _log.info("the client's process %d is not of this machine; not watched", pid)
        return
    while is_alive(pid):  # noqa: ASYNC110 - no event tells of another process's end
        await asyncio.sleep(_WATCH_SECONDS)
    _log.info("the client's process %d is gone", pid)
    server.end(1)


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    if sys.platform == "win32":
        import ctypes

        synchronize, timeout = 0x00100000, 0x102
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, pid)
        if not handle:
            return False
        try:
            return bool(ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == timeout)
        finally:
            ctypes.windll.kernel32.CloseHandle(handle)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
