"""Positions against offsets, in every unit, and through edits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range

from cuttledoc.markdown.span import Span, TextChange
from cuttledoc_lsp.positions import Lines

TEXTS = st.text(alphabet="ab \n\r😀é\u0301\u2028\x0c€", max_size=40)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def by_hand(text, offset, encoding):
    """The position as the protocol defines it, written down as plainly as possible."""
    ends = [found.end() for found in re.finditer(r"\r\n|\r|\n", text) if found.end() <= offset]
    start = ends[-1] if ends else 0
    codec, size = UNITS[encoding]
    return Position(len(ends), len(text[start:offset].encode(codec)) // size)


@given(TEXTS, ENCODINGS)
def test_every_offset_has_the_position_the_protocol_gives_it(text, encoding):
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        assert lines.position(offset) == by_hand(text, offset, encoding)


@given(TEXTS, ENCODINGS)
def test_there_and_back_is_the_same_place(text, encoding):
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        if text[max(offset - 1, 0) : offset + 1] != "\r\n":  # no position lies between the two
            assert lines.offset(lines.position(offset)) == offset


@given(TEXTS, ENCODINGS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), TEXTS)))
def test_lines_kept_through_edits_are_the_lines_of_the_new_text(text, encoding, edits):
    lines = Lines(text, encoding)
    for at, deleted, new in edits:
        start = min(at, len(text))
        end = min(start + deleted, len(text))
        text = text[:start] + new + text[end:]
        lines.edit(TextChange(start, end, new))
        fresh = Lines(text, encoding)
        assert lines.text == text
        assert len(lines) == len(fresh)
        for offset in range(len(text) + 1):
            assert lines.position(offset) == fresh.position(offset)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)])
def test_an_emoji_counts_as_the_encoding_says(encoding, column):
    lines = Lines("a😀b", encoding)
    assert lines.position(2) == Position(0, column)
    assert lines.offset(Position(0, column)) == 2


def test_a_place_beyond_the_text_means_its_end():
    lines = Lines("ab\ncd", "utf-16")
    assert lines.offset(Position(0, 99)) == 2
    assert lines.offset(Position(99, 0)) == 5
    assert lines.span(Range(Position(1, 1), Position(0, 0))) == Span(4, 4)


def test_a_column_inside_a_character_means_its_start():
    assert Lines("😀", "utf-16").offset(Position(0, 1)) == 0
    assert Lines("é", "utf-8").offset(Position(0, 1)) == 0
