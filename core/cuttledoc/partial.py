"""Words that are still being recognised: shown while they come, and never kept."""

import unicodedata

import msgspec

_MARK = "…"


class Partial(msgspec.Struct, frozen=True):
    """What is understood so far of a piece of a recording.

    Attributes:
        text: All its words so far, on one line; a later one may take words back.
    """

    text: str


def last_words(text: str, most: int) -> str:
    """The end of a text on one line, in no more columns of a terminal than ``most``.

    It begins with a whole word where one fits, and with a mark if something is left out.
    """
    kept, room = len(text), most - len(_MARK)
    if sum(map(_columns, text[-most - 1 :])) <= most:
        return text
    while kept and room >= _columns(text[kept - 1]):
        kept -= 1
        room -= _columns(text[kept])
    end = text[kept:]
    if kept and text[kept - 1] != " ":
        end = end.partition(" ")[2] or end
    return _MARK + end.lstrip() if end.strip() else ""


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
