"""Finds the links to recordings in a document, as editors find them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from cuttledoc.markdown import html
from cuttledoc.markdown.inlines import Inline, InlineKind, inlines, without_code
from cuttledoc.markdown.regions import Place, Region, RegionKind
from cuttledoc.markdown.span import Span
from cuttledoc.markdown.targets import Target, read_target, unescape, unescape_html


class LinkKind(StrEnum):
    """The forms a link is written in."""

    LINK = "link"
    IMAGE = "image"
    WIKILINK = "wikilink"
    EMBED = "embed"
    REFERENCE = "reference"
    DEFINITION = "definition"
    AUTOLINK = "autolink"
    HTML = "html"


class AudioLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to a recording.

    Attributes:
        kind: The form it is written in.
        target: The path or URL it names, escapes and percent-encoding undone.
        raw: The same before percent-decoding, for files whose name holds a ``%``.
        fragment: What follows ``#`` without it, such as ``t=60,90``; empty if there is none.
        span: The whole link.
        target_span: Its target as written; for a reference, the one in its definition.
        remote: Whether the recording is not a file on this machine.
        place: Where its transcript goes.
    """

    kind: LinkKind
    target: str
    raw: str
    fragment: str
    span: Span
    target_span: Span
    remote: bool
    place: Place

    @property
    def source(self) -> str:
        """Target and fragment in one: what a transcript block remembers its link by."""
        return f"{self.target}#{self.fragment}" if self.fragment else self.target


class _Definition(msgspec.Struct, frozen=True):
    label: str
    span: Span
    target: Target
    target_span: Span
    place: Place


_DEFINITION = re.compile(r"\s*\[((?:\\.|[^\[\]\\])+)\]:\s*(<(?:\\.|[^<>\\\n])*>|\S+)", re.DOTALL)
_WIKILINK = re.compile(r"(?<!\\)!?\[\[([^\[\]|\\\n]*(?:\\(?!\|)[^\[\]|\\\n]*)*)[^\[\]\n]*\]\]")
_BARE_URL = re.compile(r"(?<![\w/])(?:https?|file)://[^\s<>\[\]\"'`]+", re.IGNORECASE)
_URL_TRAIL = re.compile(r"[?!.,:*_~;)]+$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_WORTH_PARSING = re.compile(r"[\[<`]|://")


def links_in(regions: Iterable[Region], hidden: Iterable[Span] = ()) -> tuple[AudioLink, ...]:
    """Find the links to recordings.

    Args:
        regions: The document's regions, in order.
        hidden: Stretches to leave out, in order: the transcripts that stand there already.

    Returns:
        The links in document order.
    """
    shown = list(_outside(regions, list(hidden)))
    definitions = _definitions(shown)
    tags: list[tuple[html.Tag, Place]] = []
    found: list[AudioLink] = []
    used: set[str] = set()
    for region in shown:
        if region.kind is RegionKind.HTML:
            text = html.blank_comments(region.text)
        elif region.kind is RegionKind.INLINE and _WORTH_PARSING.search(region.text):
            text = without_code(region.text)
            found += _in_text(region, text, definitions, used)
        else:
            continue
        tags += ((tag, region.place) for tag in html.tags(text, region.start))
    found += _in_html(tags)
    found += (_of_definition(one) for one in definitions.values() if one.label not in used)
    return tuple(sorted(found, key=lambda link: (link.span.start, -link.span.end)))


def _outside(regions: Iterable[Region], hidden: list[Span]) -> Iterator[Region]:
    index = 0
    for region in regions:
        while index < len(hidden) and hidden[index].end <= region.start:
            index += 1
        if index == len(hidden) or region.start < hidden[index].start:
            yield region


def _definitions(regions: Iterable[Region]) -> dict[str, _Definition]:
    """The definitions that name recordings, by label; of two alike the first one counts."""
    found: dict[str, _Definition] = {}
    other: set[str] = set()
    for region in regions:
        if region.kind is not RegionKind.DEFINITION:
            continue
        match = _DEFINITION.match(region.text)
        if match is None or match[1].startswith("^"):  # a footnote looks like a definition
            continue
        label = _label(match[1])
        target, span = _destination(region, *match.span(2))
        if target is None:
            other.add(label)
        elif label not in other and label not in found:
            whole = Span(region.start + match.start(1) - 1, region.start + len(region.text))
            found[label] = _Definition(label, whole, target, span, region.place)
    return found


def _in_text(
    region: Region, text: str, definitions: dict[str, _Definition], used: set[str]
) -> Iterator[AudioLink]:
    """The links of one region that are not HTML; notes the labels that are used."""
    marks = inlines(text)
    wikilinks = list(_wikilinks(region, text))
    yield from wikilinks
    starts = [link.span.start for link in wikilinks]
    for mark in marks:
        span = Span(region.start + mark.start, region.start + mark.end)
        before = bisect_right(starts, span.start) - 1
        if before >= 0 and span.start < wikilinks[before].span.end:
            continue  # the grammar takes a wikilink for a reference in brackets
        if mark.kind in {InlineKind.LINK, InlineKind.IMAGE}:
            target, written = _destination(region, *mark.inner)
            if target:
                yield _link(LinkKind(mark.kind), target, span, written, region.place)
        elif mark.kind is InlineKind.AUTOLINK:
            target, written = _destination(region, mark.start, mark.end)
            if target:
                yield _link(LinkKind.AUTOLINK, target, span, written, region.place)
        elif mark.kind is InlineKind.REFERENCE:
            label = _label(region.text[slice(*mark.inner)].removeprefix("[").removesuffix("]"))
            if one := definitions.get(label):
                used.add(label)
                yield _link(LinkKind.REFERENCE, one.target, span, one.target_span, region.place)
    if "://" in text:
        yield from _bare_urls(region, _blank(text, marks))


def _wikilinks(region: Region, text: str) -> Iterator[AudioLink]:
    for found in _WIKILINK.finditer(text):
        if target := read_target(found[1], encoded=False):
            kind = LinkKind.EMBED if found[0].startswith("!") else LinkKind.WIKILINK
            span = Span(region.start + found.start(), region.start + found.end())
            written = Span(region.start + found.start(1), region.start + found.end(1))
            yield _link(kind, target, span, written, region.place)


def _bare_urls(region: Region, text: str) -> Iterator[AudioLink]:
    """URLs that stand in the text as they are, which most editors make clickable."""
    for found in _BARE_URL.finditer(text):
        written = _URL_TRAIL.sub("", found[0])
        if target := read_target(written):
            start = region.start + found.start()
            span = Span(start, start + len(written))
            yield _link(LinkKind.AUTOLINK, target, span, span, region.place)


def _in_html(tags: list[tuple[html.Tag, Place]]) -> Iterator[AudioLink]:
    places = {tag.span.start: place for tag, place in tags}
    for element in html.elements([tag for tag, _ in tags]):
        span = Span(element.first.span.start, element.last.span.end)
        for tag in element.sources:
            target = read_target(unescape_html(tag.value))
            if target and tag.source:
                place = places[element.last.span.start]
                yield _link(LinkKind.HTML, target, span, tag.source, place)
                break


def _destination(region: Region, start: int, end: int) -> tuple[Target | None, Span]:
    """What a destination between these offsets of the region names, and where it stands."""
    if region.text.startswith("<", start) and region.text.endswith(">", start, end):
        start, end = start + 1, end - 1
    target = read_target(unescape(region.text[start:end]))
    return target, Span(region.start + start, region.start + end)


def _label(written: str) -> str:
    """A reference's label as Markdown compares it."""
    return " ".join(written.split()).casefold()


def _blank(text: str, marks: Iterable[Inline]) -> str:
    """The text, as long as it was, without links and HTML tags."""
    pieces: list[str] = []
    done = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.end > done:
            start = max(done, mark.start)
            pieces += (text[done:start], " " * (mark.end - start))
            done = mark.end
    return _TAG.sub(lambda found: " " * len(found[0]), "".join([*pieces, text[done:]]))


def _of_definition(one: _Definition) -> AudioLink:
    return _link(LinkKind.DEFINITION, one.target, one.span, one.target_span, one.place)


def _link(kind: LinkKind, target: Target, span: Span, target_span: Span, place: Place) -> AudioLink:
    return AudioLink(
        kind=kind,
        target=target.path,
        raw=target.raw,
        fragment=target.fragment,
        span=span,
        target_span=target_span,
        remote=target.remote,
        place=place,
    )
