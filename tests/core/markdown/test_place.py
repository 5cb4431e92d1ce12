"""Where a transcript goes, and when it is replaced, kept or left alone."""

import pytest

from cuttledoc.markdown.blocks import CLOSE, Marker, short_hash, text_hash
from cuttledoc.markdown.page import read_page
from cuttledoc.markdown.place import Draft, Outcome, plan, remove
from cuttledoc.markdown.span import TextChange, apply, line_end, line_start, newline

DIGEST = "0123456789abcdef" * 4
OTHER = "f" * 64


def draft(body="> One.", audio=DIGEST, model="m", form=""):
    return Draft(audio=audio, model=model, body=body, form=form)


def placed(text, given=None, *, force=False):
    """The text after every link got its transcript, and what happened to each."""
    page = read_page(text)
    plans = [plan(page, link, given or draft(), force=force) for link in page.links]
    changes = [one.change for one in plans if one.change]
    return apply(text, changes), [one.outcome for one in plans]


def shown(text):
    """The text with each marker short, for people to read in a test."""
    for block in reversed(read_page(text).blocks):
        end = text.index("-->", block.span.start) + 3
        text = f"{text[: block.span.start]}<{block.marker.source}>{text[end:]}"
    return text.replace(CLOSE, "</>")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Text [x](a.mp3).\n", "Text [x](a.mp3).\n\n<a.mp3>\n\n> One.\n\n</>\n"),
        ("Text [x](a.mp3).", "Text [x](a.mp3).\n\n<a.mp3>\n\n> One.\n\n</>"),
        (
            "Text [x](a.mp3)\nand on.\n\nNext.\n",
            "Text [x](a.mp3)\nand on.\n\n<a.mp3>\n\n> One.\n\n</>\n\nNext.\n",
        ),
        ("# H ![[a.mp3]]\nText\n", "# H ![[a.mp3]]\n\n<a.mp3>\n\n> One.\n\n</>\nText\n"),
        ("H [x](a.mp3)\n---\n", "H [x](a.mp3)\n---\n\n<a.mp3>\n\n> One.\n\n</>\n"),
        (
            "- [x](a.mp3)\n- two\n",
            "- [x](a.mp3)\n  <a.mp3>\n  > One.\n  </>\n- two\n",
        ),
        (
            "1. one\n2. [x](a.mp3)\n\n   more\n",
            "1. one\n2. [x](a.mp3)\n   <a.mp3>\n   > One.\n   </>\n\n   more\n",
        ),
        (
            "- [x] done [x](a.mp3)\n",
            "- [x] done [x](a.mp3)\n  <a.mp3>\n  > One.\n  </>\n",
        ),
        (
            "- a\n  - [x](a.mp3)\n    - b\n",
            "- a\n  - [x](a.mp3)\n    <a.mp3>\n    > One.\n    </>\n    - b\n",
        ),
        ("> [x](a.mp3)\n> b\n", "> [x](a.mp3)\n> b\n> <a.mp3>\n> > One.\n> </>\n"),
        (">[x](a.mp3)\n", ">[x](a.mp3)\n> <a.mp3>\n> > One.\n> </>\n"),
        (
            "> - [x](a.mp3)\nlazy\n",
            "> - [x](a.mp3)\nlazy\n>   <a.mp3>\n>   > One.\n>   </>\n",
        ),
        (
            "- > # [x](a.mp3)\n",
            "- > # [x](a.mp3)\n  > <a.mp3>\n  > > One.\n  > </>\n",
        ),
        (
            "| a |\n|---|\n| [x](a.mp3) |\n| b |\n",
            "| a |\n|---|\n| [x](a.mp3) |\n| b |\n\n<a.mp3>\n\n> One.\n\n</>\n",
        ),
        (
            '<audio>\n<source src="a.mp3">\n</audio>\n\nText\n',
            '<audio>\n<source src="a.mp3">\n</audio>\n\n<a.mp3>\n\n> One.\n\n</>\n\nText\n',
        ),
        (
            '- <div>\n  <audio src="a.mp3">\n  </div>\n- two\n',
            '- <div>\n  <audio src="a.mp3">\n  </div>\n\n  <a.mp3>\n\n  > One.\n\n  </>\n- two\n',
        ),
        (
            "[x][r]\n\n[r]: a.mp3\n",
            "[x][r]\n\n<a.mp3>\n\n> One.\n\n</>\n\n[r]: a.mp3\n",
        ),
        (
            "[^1]: Note [x](a.mp3)\n\n    and more.\n\n[^2]: Other.\n",
            "[^1]: Note [x](a.mp3)\n\n    and more.\n\n<a.mp3>\n\n> One.\n\n</>\n\n[^2]: Other.\n",
        ),
        (
            "[x](a.mp3) [y](b.mp3)\n",
            "[x](a.mp3) [y](b.mp3)\n\n<a.mp3>\n\n> One.\n\n</>\n\n<b.mp3>\n\n> One.\n\n</>\n",
        ),
        (
            "- [x](a.mp3) [x](a.mp3)",
            "- [x](a.mp3) [x](a.mp3)\n  <a.mp3>\n  > One.\n  </>\n  <a.mp3>\n  > One.\n  </>",
        ),
        (
            "---\na: '[x](b.mp3)'\n---\n[x](a.mp3)\n",
            "---\na: '[x](b.mp3)'\n---\n[x](a.mp3)\n\n<a.mp3>\n\n> One.\n\n</>\n",
        ),
    ],
)
def test_a_transcript_goes_below_what_holds_its_link(before, after):
    text, outcomes = placed(before)
    assert shown(text) == after
    assert set(outcomes) == {Outcome.INSERTED}


def test_a_text_with_blank_lines_has_air_inside_a_list_too():
    text, _ = placed("- [x](a.mp3)\n- two\n", draft("One.\n\nTwo."))
    assert shown(text) == "- [x](a.mp3)\n  <a.mp3>\n\n  One.\n\n  Two.\n\n  </>\n- two\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_are_those_of_the_document(ending):
    text, _ = placed(f"> [x](a.mp3){ending}> b{ending}")
    assert text.count(ending) == 5
    assert "\n" not in text.replace(ending, "")
    assert "\r" not in text.replace(ending, "")


def test_in_a_document_of_mixed_line_endings_it_is_the_one_above():
    text, _ = placed("one\n\n[x](a.mp3)\r\n\nlast\n")
    assert text.count("\r\n") == 1 + 6


def test_a_second_link_gets_its_transcript_below_the_first_ones():
    page = read_page("[x](a.mp3) [y](b.mp3) [z](c.mp3)\n\nEnd.\n")
    text = page.text
    for index in (0, 2, 1):
        page = read_page(text)
        text = apply(text, [plan(page, page.links[index], draft()).change])
    assert [block.marker.source for block in read_page(text).blocks] == ["a.mp3", "b.mp3", "c.mp3"]


def test_doing_it_again_changes_nothing():
    text, _ = placed("- [x](a.mp3)\n- [y](a.mp3)\n")
    assert placed(text) == (text, [Outcome.UNCHANGED] * 2)


@pytest.mark.parametrize(
    "given",
    [
        draft(audio=OTHER),
        draft(model="n"),
        draft("> Two."),
        draft("plain\n\ntext"),
        draft(form="plain none"),
    ],
    ids=["recording", "model", "text", "style", "form"],
)
def test_a_transcript_is_replaced_where_it_stands_if_anything_is_new(given):
    before, _ = placed("- [x](a.mp3)\n- b\n")
    after, outcomes = placed(before, given)
    assert outcomes == [Outcome.REPLACED]
    assert after == placed("- [x](a.mp3)\n- b\n", given)[0]


@pytest.mark.parametrize(
    ("given", "stale"),
    [
        (draft(), False),
        (draft("> Two."), False),
        (draft(audio=OTHER), True),
        (draft(model="n"), True),
    ],
)
def test_what_a_person_edited_is_kept(given, stale):
    text = placed("[x](a.mp3)\n")[0].replace("One.", "One, mended.")
    page = read_page(text)
    placement = plan(page, page.links[0], given)
    assert (placement.outcome, placement.change, placement.stale) == (Outcome.KEPT, None, stale)
    assert placement.block.body == "> One, mended."


def test_what_a_person_edited_is_replaced_by_force():
    whole = placed("[x](a.mp3)\n")[0]
    assert placed(whole.replace("One.", "Mended."), force=True) == (whole, [Outcome.REPLACED])


def test_an_edit_that_comes_to_the_new_text_is_no_reason_to_keep_the_old_marker():
    text = placed("[x](a.mp3)\n")[0].replace("One.", "Two.")
    after, outcomes = placed(text, draft("> Two.", model="n"))
    assert outcomes == [Outcome.REPLACED]
    assert placed(after, draft("> Two.", model="n"))[1] == [Outcome.UNCHANGED]


def test_a_transcript_follows_its_recording_to_a_new_name():
    text = placed("[x](a.mp3)\n\nEnd.\n")[0].replace("(a.mp3)", "(b.mp3)")
    after, outcomes = placed(text)
    assert outcomes == [Outcome.REPLACED]
    assert after == placed("[x](b.mp3)\n\nEnd.\n")[0]


def test_the_transcript_of_another_recording_is_not_taken_over():
    text = placed("[x](a.mp3)\n")[0].replace("(a.mp3)", "(b.mp3)")
    after, outcomes = placed(text, draft(audio=OTHER))
    assert outcomes == [Outcome.INSERTED]
    assert [block.marker.source for block in read_page(after).blocks] == ["b.mp3", "a.mp3"]


def test_what_stands_between_link_and_transcript_stays():
    text = placed("[x](a.mp3)\n\nEnd.\n")[0].replace("(a.mp3)\n", "(a.mp3)\n\nMy own words.\n")
    after, outcomes = placed(text, draft("> Two."))
    assert outcomes == [Outcome.REPLACED]
    assert "My own words." in after
    assert len(read_page(after).blocks) == 1


def test_white_space_a_formatter_added_is_put_right_without_asking():
    text = placed("- [x](a.mp3)\n")[0]
    assert placed(text.replace("  > One.", "\n  > One.\n")) == (text, [Outcome.REPLACED])


@pytest.mark.parametrize(
    "text",
    [
        "[x](a.mp3)",
        "[x](a.mp3)\n",
        "[x](a.mp3)\r\n\r\nEnd",
        "- [x](a.mp3)\n- b",
        "> [x](a.mp3)\n>\n> b\n",
    ],
)
def test_removing_gives_back_the_text_as_it_was(text):
    page = read_page(placed(text)[0])
    assert apply(page.text, [remove(page.text, page.blocks[0])]) == text


def test_removing_a_block_that_was_moved_takes_whole_lines():
    marker = Marker(source="a", audio=short_hash(DIGEST), model="m", text=text_hash("One."))
    text = f"{marker}\nOne.\n{CLOSE}\nEnd.\n"
    (block,) = read_page(text).blocks
    assert apply(text, [remove(text, block)]) == "End.\n"


def test_changes_of_one_offset_keep_their_order():
    changes = [TextChange(1, 1, "x"), TextChange(1, 1, "y"), TextChange(0, 1, "")]
    assert apply("ab", changes) == "xyb"


def test_an_insertion_comes_before_what_is_replaced_at_its_offset():
    assert apply("ab", [TextChange(0, 1, "x"), TextChange(0, 0, "y")]) == "yxb"


@pytest.mark.parametrize(
    "changes",
    [
        [TextChange(0, 2, ""), TextChange(1, 3, "")],
        [TextChange(0, 9, "")],
        [TextChange(2, 1, "")],
        [TextChange(-1, 0, "")],
    ],
)
def test_changes_that_cannot_be_made_together_are_refused(changes):
    with pytest.raises(ValueError, match="overlaps or is outside"):
        apply("abc", changes)


def test_lines_end_as_markdown_says():
    text = "a\nb\r\nc\rd"
    assert [line_start(text, at) for at in range(9)] == [0, 0, 2, 2, 2, 5, 5, 7, 7]
    assert [line_end(text, at) for at in range(9)] == [2, 2, 5, 5, 5, 7, 7, 8, 8]
    assert [newline(text, at) for at in (0, 2, 5, 7)] == ["\n", "\n", "\r\n", "\r"]
    assert newline("no line break", 3) == "\n"
