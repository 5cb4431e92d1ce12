"""The transcript block: two HTML comments with the text between them.

    <!-- cuttledoc source="memo.m4a" audio="sha256:…" model="moonshine-tiny-en" text="sha256:…" -->
    > What was said.
    <!-- /cuttledoc -->

The first comment carries what is needed to know the block again: which link it belongs to, which
recording and model it came from, and what its text was when we wrote it. If the text is another
now, a person has edited it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote

import msgspec

from cuttledoc.markdown.regions import Region, RegionKind
from cuttledoc.markdown.span import Span

HASH_DIGITS = 16
"""Hexadecimal digits of a SHA-256 that a marker keeps: 64 bits tell any two recordings apart."""

CLOSE = "<!-- /cuttledoc -->"

_MARKER = re.compile(r"^[ \t]*(<!-- (/?)cuttledoc(?=\s)([^>]*)-->)[ \t]*\r?$", re.MULTILINE)
_NEWLINE = re.compile(r"\r\n?|\n")
_FIELD = re.compile(r'([\w-]+)="([^"]*)"')
_UNSAFE = re.compile(r'[%"<>]|(?<=-)-|[^ -~\u00a1-\U0010ffff]|[^\S ]')


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What the opening comment of a block says.

    Attributes:
        source: Target and fragment of the link it belongs to.
        audio: Short hash of the recording's bytes.
        model: Id of the model that recognised it.
        language: ISO 639-1 code of the language it was taken to be in; empty where unknown.
        form: Style and time stamps it was written with.
        text: Short hash of the text as it was written.
    """

    source: str
    audio: str
    model: str
    language: str = ""
    form: str = ""
    text: str

    def __str__(self) -> str:
        fields = " ".join(
            f'{name}="{_safe(value)}"' for name, value in msgspec.to_builtins(self).items() if value
        )
        return f"<!-- cuttledoc {fields} -->"


class Block(msgspec.Struct, frozen=True, kw_only=True):
    r"""A transcript that stands in a document.

    Attributes:
        span: From the start of the opening comment to the end of the closing one. What begins
            the first line inside a list or quote is not part of it.
        prefix: What begins each of its lines inside the containers that hold it.
        marker: What its opening comment says.
        body: The text between the comments, without container prefixes, trailing white space
            and blank lines at either end; lines end with ``\n``.
    """

    span: Span
    prefix: str
    marker: Marker
    body: str

    @property
    def edited(self) -> bool:
        """Whether a person has changed the text since it was written."""
        return text_hash(self.body) != self.marker.text


def short_hash(digest: str) -> str:
    """A SHA-256 in hexadecimal, as markers carry it: ``sha256:`` and its first digits."""
    return f"sha256:{digest.removeprefix('sha256:')[:HASH_DIGITS]}"


def text_hash(body: str) -> str:
    """The hash of a block's text; how its lines end makes no difference."""
    content = normal(body.split("\n")).encode("utf-8", "surrogatepass")
    return short_hash(hashlib.sha256(content).hexdigest())


def normal(lines: Iterable[str]) -> str:
    """Lines as one text without the white space that editors and formatters change."""
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def blocks_in(text: str, regions: Iterable[Region]) -> tuple[Block, ...]:
    """Find the transcripts that stand in a document.

    A comment without its counterpart is no block: what a person has torn apart is theirs.

    Args:
        text: The document.
        regions: Its regions, in order.

    Returns:
        The blocks in document order; they do not overlap.
    """
    found: list[Block] = []
    opening: tuple[Span, Region, str] | None = None
    for span, region, close, fields in _markers(regions):
        if not close:
            opening = (span, region, fields)
        elif opening is not None:
            start, home, written = opening
            prefix = home.place.prefix
            # The last line holds nothing but the prefix of the closing comment.
            lines = _NEWLINE.split(text[start.end : span.start])[1:-1]
            found.append(
                Block(
                    span=Span(start.start, span.end),
                    prefix=prefix,
                    marker=_marker(written),
                    body=normal(_without(prefix, line) for line in lines),
                )
            )
            opening = None
    return tuple(found)


def _markers(regions: Iterable[Region]) -> Iterator[tuple[Span, Region, bool, str]]:
    for region in regions:
        if region.kind is RegionKind.HTML and "cuttledoc" in region.text:
            for match in _MARKER.finditer(region.text):
                span = Span(region.start + match.start(1), region.start + match.end(1))
                yield span, region, bool(match[2]), match[3]


def _marker(fields: str) -> Marker:
    values = {name: unquote(value) for name, value in _FIELD.findall(fields)}
    return Marker(**{name: values.get(name, "") for name in Marker.__struct_fields__})


def _safe(value: str) -> str:
    """The value with all that could end the comment or its quotes percent-encoded."""
    return _UNSAFE.sub(lambda found: _quote(found[0]), value)


def _quote(character: str) -> str:
    return "%2D" if character == "-" else quote(character, safe="")


def _without(prefix: str, line: str) -> str:
    if line.startswith(prefix):
        return line[len(prefix) :]
    # A blank line inside a container has lost the spaces at its end.
    return line.removeprefix(prefix.rstrip())
