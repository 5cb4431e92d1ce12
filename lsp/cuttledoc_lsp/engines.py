"""The engine of the settings that hold now; an older one lives until its last job is done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from cuttledoc.engine import Approve, Engine
from cuttledoc.settings import Settings, Style, Timestamps


class Engines:
    """Hands out the engine to work with.

    Args:
        settings: What holds at first.
        approve: Asked before a recording is sent to a server.
    """

    def __init__(self, settings: Settings, *, approve: Approve | None = None) -> None:
        self._approve = approve
        self._settings = _of_the_engine(settings)
        self._current = Engine(self._settings, approve=approve)
        self._users: dict[Engine, int] = {self._current: 0}

    async def configure(self, settings: Settings) -> None:
        """Work with other settings from now on; jobs under way end with the old ones."""
        if _of_the_engine(settings) == self._settings:
            return
        self._settings = _of_the_engine(settings)
        old, self._current = self._current, Engine(self._settings, approve=self._approve)
        self._users[self._current] = 0
        await self._end_unused(old)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Engine]:
        """The engine of now; it stays until the end of the block."""
        engine = self._current
        self._users[engine] += 1
        try:
            yield engine
        finally:
            self._users[engine] -= 1
            await self._end_unused(engine)

    async def close(self) -> None:
        """End all workers; jobs under way fail."""
        for engine in tuple(self._users):
            await engine.close()

    async def _end_unused(self, engine: Engine) -> None:
        if engine is not self._current and self._users.get(engine) == 0:
            del self._users[engine]
            await engine.close()


def _of_the_engine(settings: Settings) -> Settings:
    """The settings without what only concerns documents: a new style needs no new worker."""
    return msgspec.structs.replace(settings, style=Style.QUOTE, timestamps=Timestamps.NONE)
