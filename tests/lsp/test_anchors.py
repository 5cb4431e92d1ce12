"""Where a link is after edits, and the property that no typed character is ever lost."""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cuttledoc.markdown.page import read_page
from cuttledoc.markdown.place import Draft, plan
from cuttledoc.markdown.span import Span, TextChange, apply
from cuttledoc_lsp.anchors import Anchor, moved
from cuttledoc_lsp.documents import difference

TEXT = "# Notes\n\nSee [a](a.m4a) here.\n\nAnd [b](b.m4a).\n\nEnd.\n"


def anchor_on(text, target="a.m4a"):
    return next(Anchor(link) for link in read_page(text).links if link.target == target)


def after(text, anchor, *changes):
    for change in changes:
        text = apply(text, [change])
        anchor.follow(change)
    return text


def test_text_typed_above_moves_it():
    anchor = anchor_on(TEXT)
    text = after(TEXT, anchor, TextChange(0, 0, "more\n\n"))
    assert text[anchor.span.start : anchor.span.end] == "[a](a.m4a)"


def test_text_typed_right_before_or_after_stays_outside():
    anchor = anchor_on(TEXT)
    start, end = anchor.span.start, anchor.span.end
    text = after(TEXT, anchor, TextChange(end, end, "!"), TextChange(start, start, "?"))
    assert text[anchor.span.start : anchor.span.end] == "[a](a.m4a)"


def test_a_new_name_for_the_link_keeps_it():
    anchor = anchor_on(TEXT)
    at = TEXT.index("[a]") + 1
    text = after(TEXT, anchor, TextChange(at, at + 1, "the memo"))
    assert anchor.find(read_page(text)).target == "a.m4a"


def test_a_link_to_another_file_is_another_link():
    anchor = anchor_on(TEXT)
    at = TEXT.index("a.m4a")
    text = after(TEXT, anchor, TextChange(at, at + 5, "c.m4a"))
    assert anchor.find(read_page(text)) is None


def test_a_deleted_link_is_gone():
    anchor = anchor_on(TEXT)
    text = after(TEXT, anchor, TextChange(anchor.span.start - 4, anchor.span.end, ""))
    assert anchor.find(read_page(text)) is None


def test_a_link_moved_elsewhere_is_found_there():
    anchor = anchor_on(TEXT)
    span = anchor.span
    text = after(TEXT, anchor, TextChange(span.start, span.end, ""))
    text = after(text, anchor, TextChange(len(text), len(text), "\n[a](a.m4a)\n"))
    found = anchor.find(read_page(text))
    assert found is not None
    assert found.span.start > text.index("End.")


def test_a_link_to_the_same_file_that_was_there_before_is_not_taken_for_it():
    text = TEXT + "\n[again](a.m4a)\n"
    first, second = (Anchor(one) for one in read_page(text).links if one.target == "a.m4a")
    change = TextChange(first.span.start, first.span.end, "")
    text = apply(text, [change])
    first.follow(change)
    second.follow(change)
    assert first.find(read_page(text), [first, second]) is None
    assert second.find(read_page(text), [first, second]) is not None


def test_a_whole_text_sent_anew_is_only_what_differs():
    assert difference("abc", "abc") is None
    assert difference("one two three", "one 2 three") == TextChange(4, 7, "2")
    assert difference("aa", "aaa") == TextChange(2, 2, "a")
    assert difference("", "x") == TextChange(0, 0, "x")


@given(st.text(alphabet="ab\n", max_size=12), st.text(alphabet="ab\n", max_size=12))
def test_a_difference_makes_the_one_of_the_other(old, new):
    change = difference(old, new)
    assert (apply(old, [change]) if change else old) == new


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.text())
def test_a_span_never_turns_around(one, two, three, four, text):
    span = Span(min(one, two), max(one, two))
    change = TextChange(min(three, four), max(three, four), text)
    after = moved(span, change)
    assert 0 <= after.start <= after.end


# --- random edits while jobs finish --------------------------------------------------------------

TARGETS = ["a.m4a", "b.mp3", "ü 😀.ogg"]
TYPED = st.text(alphabet="xyz \n>-#|", max_size=6)


@st.composite
def documents(draw):
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        target = draw(st.sampled_from(TARGETS))
        before = draw(st.sampled_from(["", "- ", "> ", "# ", "text "]))
        lines += [f"{before}[x](<{target}>)", draw(st.sampled_from(["", "", "word", "- item"]))]
    return draw(st.sampled_from(["\n", "\r\n"])).join([*lines, "end"])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.floats(0, 1), TYPED),
        st.tuples(st.just("delete"), st.floats(0, 1), st.integers(1, 12)),
        st.tuples(st.just("finish"), st.integers(0, 9), st.none()),
    ),
    max_size=14,
)


def marked(text, number):
    """Private characters, so that whatever a user typed can be told apart afterwards."""
    return "".join(chr(0xE000 + number) if char in "xyz" else char for char in text)


@hypothesis_settings(max_examples=2000)
@given(documents(), STEPS)
def test_no_typed_character_is_lost_and_each_transcript_is_below_its_own_link(text, steps):
    waiting = [Anchor(link) for link in read_page(text).links]
    everyone = list(waiting)
    for number, (kind, where, what) in enumerate(steps):
        if kind == "finish":
            if not waiting:
                continue
            anchor = waiting.pop(where % len(waiting))
            page = read_page(text)
            link = anchor.find(page, everyone)
            if link is None:
                continue  # in the cache, and the user is told
            assert link.source == anchor.source
            body = f"> Transcript {number} of {anchor.link.target}."
            change = plan(page, link, Draft(audio="0" * 64, model="m", body=body)).change
            if change is None:
                continue
            removed = text[change.start : change.end]
            # Only a transcript of ours, unchanged, is ever taken away.
            assert not removed or removed.startswith("<!-- cuttledoc ")
            kept = text[: change.start] + text[change.end :]
            after = apply(text, [change])
            assert after.replace(change.new_text, "", 1) == kept or not change.new_text
            new_page = read_page(after)
            block = next(one for one in new_page.blocks if f"Transcript {number} " in one.body)
            owner = new_page.owners.get(block.span)
            assert owner is not None
            assert owner.source == link.source
        else:
            at = int(where * len(text))
            end = at if kind == "type" else min(at + what, len(text))
            new = marked(what, number) if kind == "type" else ""
            change = TextChange(at, end, new)
            after = apply(text, [change])
        for anchor in everyone:
            anchor.follow(change)
        text = after
