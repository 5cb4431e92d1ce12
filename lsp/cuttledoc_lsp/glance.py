"""What is shown about a recording at a glance, as Markdown; nothing in it can act but our links."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from cuttledoc.errors import CuttledocError
from cuttledoc.media.info import MediaInfo
from cuttledoc.paragraphs import clock

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc_lsp.facts import FileStamp

_FIRST_WORDS = 160
"""Letters of a transcript in a hover; with more, VS Code's would be too tall for what follows."""

_TIME = re.compile(r"^\[[\d:]+\]\s*")
_CHANNELS = {1: "mono", 2: "stereo"}
_UNITS = ("B", "kB", "MB", "GB")


class Action(msgspec.Struct, frozen=True):
    """A command that a hover offers.

    Attributes:
        title: In the reader's words.
        command: Its name.
        argument: Its one argument.
    """

    title: str
    command: str
    argument: dict[str, Any]

    @property
    def link(self) -> str:
        """It as a link, for editors that run such."""
        argument = quote(json.dumps([self.argument], ensure_ascii=False), safe="")
        return f"[{self.title}](command:{self.command}?{argument})"


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a link.

    Attributes:
        target: What the link names.
        stamp: The file; None if there is none.
        info: Its metadata, or why there is none; None while it is still being read.
        block: Its transcript, if one stands in the document.
        stale: Whether that is known to belong to another recording.
        drawing: How loud it is, drawn; empty where that is not known or not wanted.
        model: What would transcribe it, and why; empty where that is not known.
        silent: Whether nothing is to be heard in it.
        actions: What can be done by a click; empty where the editor runs no commands.
    """

    target: str
    stamp: "FileStamp | None" = None
    info: MediaInfo | CuttledocError | None = None
    block: "Block | None" = None
    stale: bool = False
    drawing: str = ""
    model: str = ""
    silent: bool = False
    actions: Sequence[Action] = ()

    def markdown(self) -> str:
        """It as a hover shows it."""
        title = f"**{plain(self.stamp.path.name if self.stamp else self.target)}**"
        facts = []
        if isinstance(self.info, MediaInfo):
            if self.info.duration is not None:
                title += f" · {clock(self.info.duration)}"
            facts.append(_format(self.info))
        elif isinstance(self.info, CuttledocError):
            facts.append(plain(str(self.info)))
        if self.stamp is not None:
            day = datetime.fromtimestamp(self.stamp.modified).astimezone()
            facts.append(f"{_size(self.stamp.size)} · {day:%Y-%m-%d %H:%M}")
        parts = ["  \n".join(filter(None, (title, " · ".join(facts)))), self.drawing]
        parts.append(" · ".join(action.link for action in self.actions))
        parts += self._state()
        if self.block is not None:
            parts.append(f"> {plain(_first_words(self.block))}")
        return "\n\n".join(filter(None, parts))

    def _state(self) -> list[str]:
        state = []
        if self.silent:
            state.append("*It is silent: nothing is to be heard in it.*")
        if self.block is None:
            # Where it can be clicked, it need not be told.
            if self.stamp and not isinstance(self.info, CuttledocError):
                how = "" if self.actions else " Transcribe it by a code action."
                model = f" {plain(self.model)}" if self.model else ""
                state.append(f"*No transcript yet.{how}{model}*")
            return state
        made_by = " · ".join(filter(None, (self.block.marker.model, self.block.marker.language)))
        state.append(f"*Transcribed by {plain(made_by)}.*")
        if self.stale:
            state.append("*The recording has changed since: refresh the transcript.*")
        if self.block.edited:
            state.append("*Edited by hand.*")
        return state


def plain(text: str) -> str:
    """Text of a stranger, so that it acts as nothing."""
    from cuttledoc.markdown.escape import escape

    return escape(text)


def _format(info: MediaInfo) -> str:
    channels = _CHANNELS.get(info.channels, f"{info.channels} channels")
    return f"{plain(info.codec)} · {info.sample_rate / 1000:g} kHz · {channels}"


def _first_words(block: "Block") -> str:
    lines = (_TIME.sub("", line.removeprefix(">").strip()) for line in block.body.split("\n"))
    words = " ".join(" ".join(lines).split())
    if len(words) > _FIRST_WORDS:
        words = words[:_FIRST_WORDS].rsplit(" ", 1)[0] + " …"
    return words


def _size(count: float) -> str:
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:  # noqa: PLR2004 - a kilobyte has that many bytes
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000
    raise AssertionError
