"""Hands on the words of pieces that are still under way, one piece after the other."""

import asyncio
from collections.abc import AsyncGenerator

from cuttledoc.cloud.answer import Answer, one_line
from cuttledoc.cloud.events import Heard
from cuttledoc.partial import Partial
from cuttledoc.worker.protocol import Exported


class Partials:
    """The words so far of the pieces under way. Of each, only the latest are kept."""

    def __init__(self) -> None:
        self._texts: dict[Exported, str] = {}
        self._news = asyncio.Event()

    def of(self, piece: Exported) -> Heard:
        """Who is told what is understood of a piece."""

        def heard(text: str) -> None:
            self._texts[piece] = text
            self._news.set()

        return heard

    async def until(
        self, piece: Exported, answer: "asyncio.Task[Answer]"
    ) -> AsyncGenerator[Partial]:
        """The words of a piece, each time there are more, until its answer is there."""
        answer.add_done_callback(lambda _: self._news.set())
        shown = ""
        while not answer.done():
            self._news.clear()
            text = one_line(self._texts.get(piece, ""))
            if text != shown:
                shown = text
                yield Partial(text)
            await self._news.wait()
        self._texts.pop(piece, None)
