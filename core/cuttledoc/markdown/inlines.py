"""Finds links in the text of one region: the only file that knows tree-sitter.

Its inline grammar gives the exact place of each part of a link, which no other parser here does.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

import msgspec
import tree_sitter_markdown
from tree_sitter import Language, Node, Parser, Query, QueryCursor


class InlineKind(StrEnum):
    """What the inline grammar found."""

    LINK = "link"
    IMAGE = "image"
    REFERENCE = "reference"
    AUTOLINK = "autolink"


class Inline(msgspec.Struct, frozen=True):
    """A link of any form.

    Attributes:
        kind: What it is.
        start: Offset of its first code point in its region.
        end: Offset just after its last code point in its region.
        inner: The same two for its destination, or for the label of a reference.
    """

    kind: InlineKind
    start: int
    end: int
    inner: tuple[int, int]


_GRAMMAR = Language(tree_sitter_markdown.inline_language())
_QUERY = Query(
    _GRAMMAR,
    """
    (inline_link (link_destination) @inner) @link
    (image (link_destination) @inner) @image
    (full_reference_link (link_label) @inner) @reference
    (collapsed_reference_link (link_text) @inner) @reference
    (shortcut_link (link_text) @inner) @reference
    (image (image_description) @description) @image_reference
    (uri_autolink) @autolink
    """,
)

# Emphasis never decides what is a link, but an asterisk without its pair can make the grammar
# lose the links after it; and it takes what stands between two prices for a formula.
_SILENCED = str.maketrans("*_~$", ",,,,")

_OPENING = re.compile(r"\\[!-/:-@\[-`{-~]|`+|<!--")
_WORD = re.compile(r"\S")

# The step between two known offsets: small enough to count quickly, few enough to store.
_STEP = 256
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


class Offsets:
    """Turns offsets of UTF-8 bytes into offsets of code points, each in constant time."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._ascii = data.isascii()
        self._known = [0]
        if not self._ascii:
            for start in range(0, len(data), _STEP):
                self._known.append(self._known[-1] + self._count(start, start + _STEP))

    def __call__(self, byte: int) -> int:
        """The number of code points before this byte."""
        if self._ascii:
            return byte
        step = byte // _STEP
        return self._known[step] + self._count(step * _STEP, byte)

    def _count(self, start: int, end: int) -> int:
        return len(self._data[start:end].translate(None, _CONTINUATION_BYTES))


def without_code(text: str) -> str:
    """The text, as long as it was, with commas for code spans, HTML comments and stray marks.

    No link can be in there. The grammar knows them too, but loses its way where many meet.
    """
    pieces: list[str] = []
    done = 0
    missing: set[str] = set()  # patterns that do not occur in the rest of the text
    for found in _OPENING.finditer(text):
        mark = found[0]
        if found.start() < done or mark.startswith("\\"):
            continue
        close = "-->" if mark == "<!--" else f"(?<!`)`{{{len(mark)}}}(?!`)"
        closing = None
        if close not in missing:
            closing = re.compile(close).search(text, found.end())
        if closing is None:
            missing.add(close)
        end = (closing or found).end()
        pieces += (text[done : found.start()], _WORD.sub(",", text[found.start() : end]))
        done = end
    return "".join([*pieces, text[done:]])


@lru_cache(maxsize=16_384)
def inlines(text: str) -> tuple[Inline, ...]:
    """Find the links in the text of one region, in no set order.

    Args:
        text: The text as ``without_code`` gives it.

    The last answers are remembered: between two keystrokes all regions but one stay the same.
    """
    return tuple(_inlines(text))


def _inlines(text: str) -> Iterator[Inline]:
    data = text.translate(_SILENCED).encode("utf-8", "surrogatepass")
    root = Parser(_GRAMMAR).parse(data).root_node
    offsets = Offsets(data)
    for _, found in QueryCursor(_QUERY).matches(root):
        nodes = {name: captured[0] for name, captured in found.items()}
        inner = nodes.pop("inner", None) or nodes.pop("description", None)
        name, node = nodes.popitem()
        if name == "image_reference":
            name, inner = _image_reference(node, inner)
        start, end = offsets(node.start_byte), offsets(node.end_byte)
        span = (offsets(inner.start_byte), offsets(inner.end_byte)) if inner else (start, end)
        if name:
            yield Inline(InlineKind(name), start, end, span)


def _image_reference(image: Node, description: Node | None) -> tuple[str, Node | None]:
    """The label of an image that has no destination of its own; no name if it has one."""
    types = {child.type: child for child in image.named_children}
    if "link_destination" in types:
        return "", None
    return "reference", types.get("link_label", description)
