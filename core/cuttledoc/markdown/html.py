"""Players written as HTML: ``<audio>``, ``<video>``, ``<source>`` and ``<a href>``.

The tags are found here and not by tree-sitter, whose inline grammar misses every tag with an
attribute that has no value, such as the ``controls`` that VS Code itself writes.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from cuttledoc.markdown.span import Span

_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>audio|video|source|a)(?![\w-])
        (?P<attributes>(?:\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+)
        \s*+/?>""",
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""\s++(?P<name>[^\s"'<>/=]++)
        (?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'=<>`]++)))?+""",
    re.VERBOSE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RAW = re.compile(r"\s*<(?:script|style|textarea)\b", re.IGNORECASE)
_PLAYERS = {"audio", "video"}


class Tag(msgspec.Struct, frozen=True):
    """One tag that may name a recording.

    Attributes:
        name: Its name in small letters.
        close: Whether it closes an element.
        span: The whole tag.
        source: Where the value of its ``src`` or ``href`` stands; None if it has none.
        value: That value as written.
    """

    name: str
    close: bool
    span: Span
    source: Span | None
    value: str


class Element(msgspec.Struct, frozen=True):
    """What a reader sees as one player or one link.

    Attributes:
        first: Its opening tag.
        last: Its closing tag; the opening tag again if it is never closed.
        sources: The tags that may name its recording, the preferred one first.
    """

    first: Tag
    last: Tag
    sources: tuple[Tag, ...]


def blank_comments(text: str) -> str:
    """The text, as long as it was, without what HTML comments and scripts hold."""
    if _RAW.match(text):
        return " " * len(text)
    return _COMMENT.sub(lambda found: " " * len(found[0]), text)


def tags(text: str, start: int) -> Iterator[Tag]:
    """Yield the tags in a piece of the document.

    Args:
        text: The piece, comments and code blanked out.
        start: Its offset in the document, to which all spans refer.
    """
    for found in _TAG.finditer(text):
        name = found["name"].lower()
        source = _source(found, "href" if name == "a" else "src")
        yield Tag(
            name=name,
            close=bool(found["close"]),
            span=Span(start + found.start(), start + found.end()),
            source=Span(start + source[0], start + source[1]) if source else None,
            value=text[slice(*source)] if source else "",
        )


def elements(found: Sequence[Tag]) -> Iterator[Element]:
    """Yield the elements the tags of a whole document form, in order.

    A player holds the sources between its tags. One that is never closed holds nothing, so that
    a forgotten tag does not take the rest of the document.
    """
    ends = _ends(found)
    index = 0
    while index < len(found):
        tag = found[index]
        last = ends.get(index, index)
        sources = tuple(
            one
            for one in found[index : last + 1]
            if one.source and (one is tag or one.name == "source")
        )
        if sources and not tag.close:
            yield Element(tag, found[last], sources)
        index = last + 1


def _ends(found: Sequence[Tag]) -> dict[int, int]:
    """Index of an element's opening tag → index of the tag that closes it."""
    ends: dict[int, int] = {}
    player: int | None = None
    for index, tag in enumerate(found):
        if tag.name in _PLAYERS:
            if tag.close and player is not None and tag.name == found[player].name:
                ends[player] = index
            player = None if tag.close else index
        elif tag.name == "a" and tag.close and index and found[index - 1].name == "a":
            ends[index - 1] = index
    return ends


def _source(tag: re.Match[str], wanted: str) -> tuple[int, int] | None:
    for attribute in _ATTRIBUTE.finditer(tag.string, *tag.span("attributes")):
        if attribute["name"].lower() == wanted and attribute.lastgroup not in {None, "name"}:
            return attribute.span(attribute.lastgroup or 0)
    return None
