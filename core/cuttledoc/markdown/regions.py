"""Divides a document into the regions that may hold links, and tells what goes below each.

markdown-it finds the blocks. The block grammar of tree-sitter-markdown would be as fast, but it
loses its way on valid documents, such as a quote with an HTML block and a blank line in it.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cuttledoc.markdown.span import line_start


class Place(msgspec.Struct, frozen=True):
    """Where a block goes that belongs below a leaf of the document.

    Attributes:
        below: Offset just after the line that ends the leaf; the end of the text if the leaf
            ends there.
        prefix: What begins each line inside the containers that hold the leaf, such as ``"  "``
            for a list item or ``"> "`` for a quote; empty at the top level.
        gap: Whether a blank line must come between the leaf and the block. Inside lists and
            quotes there is none, for it would make a tight list loose; HTML and tables need one
            everywhere, since they end only at a blank line.
    """

    below: int
    prefix: str
    gap: bool


class RegionKind(StrEnum):
    """What a region's text is."""

    INLINE = "inline"
    HTML = "html"
    DEFINITION = "definition"


class Region(msgspec.Struct, frozen=True):
    """A stretch of the document that may hold links.

    Attributes:
        kind: What its text is.
        start: Offset of its first code point in the document.
        text: Its text, as long as in the document, but with the quote marks and indents that
            begin its lines replaced by spaces.
        place: Where a block goes that belongs to it.
    """

    kind: RegionKind
    start: int
    text: str
    place: Place


_PARSER = MarkdownIt("commonmark", {"inline_definitions": True, "maxNesting": 100}).enable("table")
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_FRONT_MATTER = re.compile(
    r"(?:---[ \t]*\r?\n(?:.*\n)*?(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n(?:.*\n)*?\+\+\+)"
    r"[ \t]*(?=\r?\n|\Z)"
)
_NEWLINE = re.compile(r"\r\n?|\n")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")
_CONTAINER_MARKS = re.compile(r"[ \t>]*")
_LIST_MARKER = re.compile(r"[^>\s]")
_BARE_QUOTE = re.compile(r">(?![ \t])")
_HEADING_MARK = re.compile(r"#{1,6}[ \t]+\Z")


def regions(text: str) -> Iterator[Region]:
    """Yield the regions of a document that may hold links, in order.

    Front matter and code blocks are left out. Takes time linear in the text.
    """
    masked = _masked(text)
    lines = _Lines(masked)
    tokens = _PARSER.parse(masked)
    leaf: Place | None = None
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        first, after = token.map
        contained = token.level > 0
        if token.type in {"paragraph_open", "heading_open"}:
            inline = tokens[index + 1]
            start, flat = lines.flat(first, inline.content)
            footnote = not contained and flat.startswith("[^")
            below = lines.start(_footnote_end(tokens, index, after) if footnote else after)
            place = Place(below, lines.prefix(start) if contained else "", not contained)
            yield Region(RegionKind.INLINE, start, flat, place)
        elif token.type == "html_block":
            content = token.content.rstrip()
            start, flat = lines.flat(first, content)
            below = lines.start(first + content.count("\n") + 1)
            place = Place(below, lines.prefix(start) if contained else "", gap=True)
            yield Region(RegionKind.HTML, start, flat, place)
        elif token.type == "definition":
            start, flat = lines.definition(first, after)
            place = Place(lines.start(after), lines.prefix(start) if contained else "", gap=True)
            yield Region(RegionKind.DEFINITION, start, flat, place)
        elif token.type == "table_open":
            marks = _CONTAINER_MARKS.match(lines[first + 1])
            prefix = _continued(marks[0]) if marks and contained else ""
            leaf = Place(lines.start(after), prefix, gap=True)
        elif token.type == "tr_open" and leaf is not None:
            for cell in _CELL.finditer(lines[first]):
                yield Region(RegionKind.INLINE, lines.start(first) + cell.start(), cell[0], leaf)


class _Lines:
    """The lines of a text, by number, as the parser counts them."""

    def __init__(self, text: str) -> None:
        self._text = text
        ends = [(found.start(), found.end()) for found in _NEWLINE.finditer(text)]
        self._starts = [0, *(end for _, end in ends)]
        self._ends = [*(start for start, _ in ends), len(text)]

    def __getitem__(self, number: int) -> str:
        return self._text[self._starts[number] : self._ends[number]]

    def start(self, number: int) -> int:
        """The offset of a line; the text's end for the one after the last."""
        return self._starts[number] if number < len(self._starts) else len(self._text)

    def flat(self, number: int, content: str) -> tuple[int, str]:
        """Where a leaf's content starts, and its text with spaces for what begins its lines.

        Args:
            number: Its first line.
            content: Its lines as the parser gives them, without container marks.
        """
        pieces: list[str] = []
        for line, wanted in enumerate(content.split("\n"), number):
            at = max(self[line].rfind(wanted.strip()), 0)
            first = self._starts[line] + at
            pieces.append(" " * at + self._text[first : self.start(line + 1)])
        return self._cut(number, "".join(pieces))

    def definition(self, number: int, after: int) -> tuple[int, str]:
        """The same for a link definition, of which the parser does not give the content."""
        first = self._text[self._starts[number] : self.start(number + 1)]
        at = first.find("[")
        rest = self._text[self.start(number + 1) : self.start(after)]
        marks = re.compile(r"^[ \t>]+", re.MULTILINE)
        flat = marks.sub(lambda found: " " * len(found[0]), rest)
        return self._cut(number, " " * at + first[at:] + flat)

    def _cut(self, number: int, flat: str) -> tuple[int, str]:
        text = flat.strip()
        return self._starts[number] + len(flat) - len(flat.lstrip()), text

    def prefix(self, start: int) -> str:
        """What the next line begins with to stay in the containers open at this offset."""
        line = line_start(self._text, start)
        return _continued(_HEADING_MARK.sub("", self._text[line:start]))


def _continued(beginning: str) -> str:
    """What begins a line after the first one: quote marks stay, list markers become spaces.

    All columns stay as they are, so each container goes on.
    """
    return _LIST_MARKER.sub(" ", _BARE_QUOTE.sub("> ", beginning))


def _masked(text: str) -> str:
    """The text, as long as it was, without what the parser would take for something else."""
    text = text.replace("\0", "\ufffd")  # as the parser does, so that lines stay comparable
    front = _FRONT_MATTER.match(text)
    if front is None:
        return text
    return re.sub(r"[^\r\n]", " ", front[0]) + text[front.end() :]


def _footnote_end(tokens: list[Token], index: int, after: int) -> int:
    """The line after a footnote, whose later paragraphs the parser takes for indented code."""
    for token in tokens[index + 3 :]:
        if token.type != "code_block" or token.map is None:
            break
        after = token.map[1]
    return after
