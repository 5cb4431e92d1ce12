"""A person at a Neovim: keys go in, and what the screen shows comes out."""

import contextlib
import gc
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pynvim

WIDTH, HEIGHT = 100, 32
NVIM = Path(sys.executable).parent / "nvim"


class Grid:
    """The characters on the screen, kept by the redraw events of ``ext_linegrid``."""

    def __init__(self) -> None:
        self.rows = [[" "] * WIDTH for _ in range(HEIGHT)]

    def take(self, name: str, arguments: list[Any]) -> None:
        """Heed one event."""
        if name == "grid_line":
            _, row, column, cells = arguments[:4]
            for cell in cells:
                text, repeat = cell[0], cell[2] if len(cell) > 2 else 1
                for _ in range(repeat):
                    self.rows[row][column] = text
                    column += 1
        elif name == "grid_clear":
            self.rows = [[" "] * WIDTH for _ in range(HEIGHT)]
        elif name == "grid_scroll":
            _, top, bottom, left, right, count, _ = arguments
            rows = (
                range(top, bottom - count) if count > 0 else range(bottom - 1, top - count - 1, -1)
            )
            for row in rows:
                self.rows[row][left:right] = self.rows[row + count][left:right]

    def text(self) -> str:
        """All lines."""
        return "\n".join("".join(row).rstrip() for row in self.rows)


class Neovim:
    """One editor with a screen.

    A thread of its own draws the screen; the test speaks to the editor by another connection.

    Args:
        files: Arguments.
        cwd: Where it is started.
        env: Its whole environment.
    """

    def __init__(self, files: list[str], *, cwd: Path, env: dict[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cuttledoc-"))  # short: a socket lies in it
        address = str(self._folder / "nvim")
        self.grid = Grid()
        variables = [f"{name}={value}" for name, value in env.items()]
        options = ["--embed", "-n", "-i", "NONE", "--listen", address]
        self._drawing = threading.Thread(
            target=self._draw,
            args=(["/usr/bin/env", "-i", "-C", str(cwd), *variables, str(NVIM), *options, *files],),
            daemon=True,
        )
        self._drawing.start()
        self.until(lambda: self._connect(address), "Neovim listens")
        self.until(lambda: self.api.vvars["vim_did_enter"], "Neovim is ready")

    def _connect(self, address: str) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(address)
            except OSError:  # not yet
                return False
        self.api = pynvim.attach("socket", path=address)
        return True

    def _draw(self, command: list[str]) -> None:
        screen = pynvim.attach("child", argv=command)
        screen.ui_attach(WIDTH, HEIGHT, rgb=True, ext_linegrid=True)

        def redraw(name: str, batches: list[Any]) -> None:
            if name == "redraw":
                for event, *calls in batches:
                    for arguments in calls:
                        self.grid.take(event, arguments)

        with contextlib.suppress(OSError, EOFError):  # the editor has ended
            screen.run_loop(None, redraw)
        with contextlib.suppress(OSError, EOFError):
            screen.close()

    # --- the person ---

    def keys(self, keys: str) -> None:
        """Type, in the notation of ``:help keycodes``."""
        self.api.input(keys)

    def until(self, condition: Callable[[], object], what: str, seconds: float = 30) -> Any:
        """Wait for something to come to pass."""
        end = time.monotonic() + seconds
        while not (answer := condition()):
            assert time.monotonic() < end, f"it did not come to pass: {what}\n{self.screen}"
            time.sleep(0.02)
        return answer

    def sees(self, text: str, seconds: float = 30) -> None:
        """Wait until a text stands on the screen, in one line."""
        self.until(lambda: text in self.screen, f"“{text}” on the screen", seconds)

    def told(self, text: str, seconds: float = 30) -> None:
        """Wait until a message says something: at the bottom, or on several lines in the corner."""
        self.until(
            lambda: text in self.corner or text in self.screen.splitlines()[-1],
            f"“{text}” in a message",
            seconds,
        )

    @property
    def corner(self) -> str:
        """The messages in the corner, in one line."""
        lines = re.findall(r"│(.*)│", self.screen)
        return " ".join(" ".join(lines).split())

    @property
    def screen(self) -> str:
        """What stands on the screen."""
        return self.grid.text()

    # --- what the editor knows ---

    def lua(self, code: str, *arguments: Any) -> Any:
        """Run Lua in the editor."""
        return self.api.exec_lua(code, *arguments)

    @property
    def text(self) -> str:
        """The buffer's lines."""
        return "\n".join(self.api.current.buffer[:])

    @property
    def blocked(self) -> bool:
        """Whether it waits for a key, as at a hit-enter prompt."""
        if not self._drawing.is_alive():
            return False
        return bool(self.api.request("nvim_get_mode")["blocking"])

    def attached(self) -> int:
        """Wait for the server in the current buffer, and give its process's number."""
        pid = """
            local client = vim.lsp.get_clients({ name = 'cuttledoc', bufnr = 0 })[1]
            if not client or not client.initialized then return 0 end
            for _, one in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
              local process = vim.api.nvim_get_proc(one)
              if process then return one end
            end
            return 0"""
        return int(self.until(lambda: self.lua(pid), "the server is attached"))

    def close(self) -> None:
        """End it."""
        if not self._folder.exists():
            return  # that was done before
        with contextlib.suppress(OSError, EOFError, pynvim.NvimError):
            if self._drawing.is_alive():
                self.api.command("qall!", async_=True)
        self._drawing.join(timeout=10)
        with contextlib.suppress(OSError, EOFError):
            self.api.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        with warnings.catch_warnings(action="ignore"):  # pynvim leaves its sockets to the collector
            del self.api
            gc.collect()
