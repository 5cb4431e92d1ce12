"""The transcript block: what its markers carry, and that it is known again."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuttledoc.markdown.blocks import CLOSE, Marker, short_hash, text_hash
from cuttledoc.markdown.page import find_blocks, read_page

DIGEST = "0123456789abcdef" * 4


def marker(body="> One.", source="a.mp3"):
    return Marker(source=source, audio=short_hash(DIGEST), model="m", text=text_hash(body))


def block(body="> One.", source="a.mp3"):
    return f"{marker(body, source)}\n{body}\n{CLOSE}"


def test_a_marker_reads_as_a_person_would_write_it():
    one = marker(source="memos/Größe 1.m4a#t=1,2")
    assert str(msgspec.structs.replace(one, form="quote none")) == (
        '<!-- cuttledoc source="memos/Größe 1.m4a#t=1,2" audio="sha256:0123456789abcdef"'
        ' model="m" form="quote none" text="sha256:4406e7575f6120d4" -->'
    )


def test_hashes_are_the_first_sixteen_digits_of_a_sha256():
    assert text_hash("One.") == "sha256:" + hashlib.sha256(b"One.").hexdigest()[:16]
    assert short_hash(DIGEST) == short_hash("sha256:" + DIGEST) == "sha256:0123456789abcdef"


@given(source=st.text(min_size=1), model=st.text())
def test_any_value_survives_in_a_marker_and_cannot_end_the_comment(source, model):
    written = str(Marker(source=source, audio="sha256:0", model=model, text="sha256:1"))
    inner = written.removeprefix("<!--").removesuffix("-->")
    assert "--" not in inner
    assert ">" not in inner
    assert len(written.splitlines()) == 1
    (found,) = find_blocks(f"{written}\n\nOne.\n\n{CLOSE}\n")
    assert (found.marker.source, found.marker.model) == (source, model)


def test_a_block_is_found_with_its_place_and_text():
    text = f"ü\n\n{block()}\n\nmore\n"
    (found,) = find_blocks(text)
    assert text[found.span.start : found.span.end] == block()
    assert (found.body, found.prefix, found.edited) == ("> One.", "", False)
    assert found.marker == marker()


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("- a\n  {0}\n  > One.\n  {1}\n- b\n", "  "),
        ("> a\n> {0}\n> > One.\n> {1}\n", "> "),
        ("1. > a\n   > {0}\n   > > One.\n   > {1}\n", "   > "),
        (">a\n>{0}\n>> One.\n>{1}\n", "> "),
        ("-\ta\n\n\t{0}\n\n\t> One.\n\n\t{1}\n", "\t"),
    ],
)
def test_the_container_around_a_block_is_not_part_of_its_text(text, prefix):
    (found,) = find_blocks(text.format(marker(), CLOSE))
    assert found.prefix == prefix
    assert found.body.lstrip("> ") == "One."


def test_blank_lines_inside_a_container_are_blank_lines_of_the_text():
    body = "One.\n\nTwo."
    lines = ["> x", f"> {marker(body)}", ">", "> One.", ">", "> Two.", ">", f"> {CLOSE}"]
    (found,) = find_blocks("\n".join(lines))
    assert (found.body, found.edited) == (body, False)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("> One.", "\n> One.\n"),
        lambda text: text.replace("> One.", "> One.  \t"),
    ],
    ids=["CRLF", "CR", "blank lines around", "space at the end"],
)
def test_what_editors_do_on_their_own_is_no_edit(change):
    (found,) = find_blocks(change(block()))
    assert not found.edited


@pytest.mark.parametrize("body", ["> Ones.", "> One.\n> Two.", "", "One."])
def test_an_edited_text_is_known(body):
    (found,) = find_blocks(block().replace("> One.", body))
    assert found.edited


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{block()}\n```\n",
        "\n".join("    " + line for line in block().split("\n")),
        f"`{marker()}`\n\n`{CLOSE}`",
        f"{marker()}\n> One.\n",
        f"> One.\n\n{CLOSE}\n",
        f"<!-- cuttledoc-other -->\n\nx\n\n{CLOSE}\n",
        f"some words {marker()}\n\n{CLOSE}\n",
    ],
)
def test_what_is_no_whole_block_is_not_one(text):
    assert find_blocks(text) == ()


def test_a_torn_block_does_not_swallow_the_next_one():
    (found,) = find_blocks(f"{marker(source='torn')}\n> One.\n\n{block()}\n")
    assert found.marker.source == "a.mp3"


def test_a_marker_of_a_later_version_can_be_read():
    text = block().replace(' model="m"', ' model="m" speaker="2"')
    (found,) = find_blocks(text)
    assert found.marker == marker()


def test_a_block_belongs_to_the_nearest_link_above_with_its_source():
    text = f"[x](a.mp3)\n\n[y](b.mp3)\n\n[z](a.mp3)\n\nText.\n\n{block()}\n"
    page = read_page(text)
    assert [page.block_of(link) is not None for link in page.links] == [False, False, True]


def test_a_block_does_not_belong_to_a_link_below_it():
    page = read_page(f"{block()}\n\n[x](a.mp3)\n")
    assert page.owners == {}


def test_each_of_two_links_to_one_recording_has_its_own_block():
    page = read_page(f"[x](a.mp3) [y](a.mp3)\n\n{block()}\n\n{block('> Two.')}\n")
    assert [page.block_of(link).body for link in page.links] == ["> One.", "> Two."]


def test_blocks_are_told_apart_by_the_order_of_the_links():
    page = read_page(f"[x](a.mp3) [y](b.mp3) [z](a.mp3)\n\n{block(source='b.mp3')}\n\n{block()}\n")
    assert [page.block_of(link) is not None for link in page.links] == [False, True, True]


def test_the_same_recording_from_another_moment_is_another_source():
    page = read_page(f"[x](a.mp3#t=5) [y](a.mp3)\n\n{block()}\n")
    assert [page.block_of(link) is not None for link in page.links] == [False, True]
