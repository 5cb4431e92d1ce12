"""What an earlier snapshot says about a place, whatever was typed since."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttledoc.markdown.span import TextChange, apply
from cuttledoc_lsp.positions import Lines
from cuttledoc_lsp.sight import look_back
from cuttledoc_lsp.snapshot import read

TEXT = "One 😀.\n\n[a](a.mp3) and ![[b.wav]]\n\nTwo.\n"


def snapshot(text=TEXT):
    return read("file:///n.md", Path("/n.md"), 1, text, "utf-16")


def seen(changes, at):
    """The link seen at an offset of the text now, as it stands there."""
    text, lines = TEXT, Lines(TEXT, "utf-16")
    for change in changes:
        text = apply(text, [change])
        lines.edit(change)
    sight = look_back(snapshot(), changes, lines, at)
    link = sight and sight.snapshot.link_at(sight.offset)
    if link is None:
        return None
    span = lines.span(sight.range(link.span))
    return text[span.start : span.end]


def test_a_link_is_seen_where_it_has_moved_to():
    assert seen([], TEXT.index("a](")) == "[a](a.mp3)"
    new = "Three\n\n😀 words"
    changes = [
        TextChange(0, 3, new),
        TextChange(len(TEXT) + len(new) - 3, len(TEXT) + len(new) - 3, "end"),
    ]
    assert seen(changes, TEXT.index("a](") + len(new) - 3) == "[a](a.mp3)"
    assert seen(changes, TEXT.index("b.wav") + len(new) - 3) == "![[b.wav]]"


@pytest.mark.parametrize("at", range(TEXT.index("[a]") + 1, TEXT.index(" and")))
def test_a_link_that_was_touched_is_not_seen(at):
    assert seen([TextChange(at, at, "x")], TEXT.index("[a]")) is None


def test_a_transcript_that_has_come_since_is_not_missed():
    at = TEXT.index("Two.")
    block = '<!-- cuttledoc source="a.mp3" -->\n> Words.\n<!-- /cuttledoc -->\n\n'
    assert seen([TextChange(at, at, block)], TEXT.index("a](")) is None


@given(st.data())
def test_what_is_seen_is_what_stands_there(data):
    text, lines, changes = TEXT, Lines(TEXT, "utf-16"), []
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 8, len(text))))
        change = TextChange(start, end, data.draw(st.text("a[]().mp3!\n ", max_size=6)))
        text = apply(text, [change])
        lines.edit(change)
        changes.append(change)
    at = data.draw(st.integers(0, len(text)))
    sight = look_back(snapshot(), changes, lines, at)
    link = sight and sight.snapshot.link_at(sight.offset)
    if link:
        span = lines.span(sight.range(link.span))
        assert span.start <= at <= span.end
        assert text[span.start : span.end] == TEXT[link.span.start : link.span.end]
