"""How a transcript reads as Markdown, and that its words never act as markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from cuttledoc.markdown.escape import escape, plain
from cuttledoc.markdown.render import render
from cuttledoc.settings import Style, Timestamps
from cuttledoc.transcript import Segment, Transcript

JUDGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])

ACTING = st.sampled_from(
    [
        "*",
        "**",
        "_",
        "`",
        "[",
        "](x)",
        "![",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "<https://x.org>",
        "&amp;",
        "#",
        "-",
        "+",
        "1.",
        "2)",
        ">",
        "---",
        "===",
        "~~",
        "```",
        "|",
        "|---|",
        "$",
        "\\",
        "</details>",
        "word",
        "A",
        "a_b",
        "[x]:",
        *("", "# ", "- ", "1. ", " ", "\n", "\t", "    ", "\x00", "<!-- /cuttledoc -->"),
    ]
)
ANY_WORDS = st.lists(ACTING | st.text(max_size=3), min_size=1, max_size=8).map("".join)


def transcript(*texts, gap=0.5):
    segments = tuple(
        Segment(text=text, start=number * 7.0, end=number * 7.0 + 7 - gap)
        for number, text in enumerate(texts)
    )
    return Transcript(segments=segments, model="m", language="en", duration=192, processing_time=1)


def test_a_quote_has_one_line_per_paragraph():
    body = render(transcript("One.", "Two.", gap=0.5), name="a.mp3", style=Style.QUOTE)
    assert body == "> One. Two."
    body = render(transcript("One.", "Two.", gap=3), name="a.mp3", style=Style.QUOTE)
    assert body == "> One.\n>\n> Two."


def test_a_callout_is_folded_and_has_a_title():
    body = render(transcript("One."), name="a_*.mp3", style=Style.CALLOUT)
    assert body == "> [!quote]- Transcript · a\\_\\*.mp3 · 3:12\n>\n> One."


def test_details_have_a_summary_and_room_for_markdown():
    body = render(transcript("One."), name="<a>&.mp3", style=Style.DETAILS)
    summary = "<summary>Transcript · &lt;a&gt;&amp;.mp3 · 3:12</summary>"
    assert body == f"<details>{summary}\n\nOne.\n\n</details>"


def test_plain_is_the_text_alone():
    assert render(transcript("One.", "Two.", gap=3), name="a", style=Style.PLAIN) == "One.\n\nTwo."


def test_each_segment_begins_with_its_time_on_its_own_line():
    body = render(
        transcript("One.", "2. Two.", gap=0.5),
        name="a",
        style=Style.QUOTE,
        timestamps=Timestamps.SEGMENT,
    )
    assert body == "> [0:00] One.\n> [0:07] 2. Two."


def test_each_paragraph_begins_with_its_time():
    body = render(
        transcript("One.", "Two.", gap=3),
        name="a",
        style=Style.PLAIN,
        timestamps=Timestamps.PARAGRAPH,
    )
    assert body == "[0:00] One.\n\n[0:07] Two."


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("timestamps", Timestamps)
def test_a_recording_without_speech_says_so(style, timestamps):
    body = render(transcript(), name="a.mp3", style=style, timestamps=timestamps)
    assert "*No speech found.*" in body


@pytest.mark.parametrize(
    "prose",
    [
        "It's 3:30 (roughly) - 5 < 6, A & B, 100%, 2 = 2, #1 hit? C# & F#!",
        "He said: 'no' - \"yes\" + more… and/or snake_case; 20 $ or 5 €.",
        "-5 degrees; 3.5 percent; 1.FC; Rock'n'Roll; a|b; x^2; me@home; {brace} 10:45",
        "Größe, naïve, 日本語。",
    ],
)
def test_normal_prose_stays_as_it_is(prose):
    assert escape(prose).replace("\\#1", "#1") == prose


@pytest.mark.parametrize(
    ("words", "markdown"),
    [
        ("*stars* and __lines__", "\\*stars\\* and \\_\\_lines\\_\\_"),
        ("[Music]", "\\[Music]"),
        ("see [[note]]", "see \\[\\[note]]"),
        ("<b>bold</b>", "\\<b>bold\\</b>"),
        ("AT&amp;T", "AT\\&amp;T"),
        ("# one", "\\# one"),
        ("a #tag", "a \\#tag"),
        ("- one", "\\- one"),
        ("+ one", "\\+ one"),
        ("--", "\\--"),
        ("1984. That year", "1984\\. That year"),
        ("2) two", "2\\) two"),
        ("> one", "\\> one"),
        ("==mark==", "\\=\\=mark\\=\\="),
        ("%%hidden%%", "\\%\\%hidden\\%\\%"),
        ("from $5 to $6$", "from \\$5 to \\$6\\$"),
        ("www.example.org", "www\\.example.org"),
        ("https://example.org", "https\\://example.org"),
        ("a\\b", "a\\\\b"),
        ("two\n\nlines", "two lines"),
    ],
)
def test_what_would_act_is_escaped(words, markdown):
    assert escape(words) == markdown


def test_a_number_that_starts_no_line_is_not_escaped():
    assert escape("1984. That year", line_start=False) == "1984. That year"


@pytest.mark.parametrize("style", [Style.QUOTE, Style.PLAIN])
@given(words=st.lists(ANY_WORDS, min_size=1, max_size=3))
def test_words_come_out_as_they_went_in_and_nothing_acts(style, words):
    said = [plain(text) for text in words]
    body = render(transcript(*words, gap=3), name="a", style=style)
    if not any(said):
        assert "No speech" in body
        return
    tree = SyntaxTreeNode(JUDGE.parse(body))
    if style is Style.QUOTE:
        (tree,) = tree.children
        assert tree.type == "blockquote"
    assert {node.type for node in tree.walk(include_self=False)} <= {"paragraph", "inline", "text"}
    shown = [
        "".join(node.content for node in p.walk() if node.type == "text") for p in tree.children
    ]
    assert shown == [text.strip() for text in said if text.strip()]


@pytest.mark.parametrize("timestamps", [Timestamps.SEGMENT, Timestamps.PARAGRAPH])
@given(words=st.lists(ANY_WORDS, min_size=1, max_size=3))
def test_words_after_a_time_do_not_act_either(timestamps, words):
    body = render(transcript(*words), name="a", style=Style.PLAIN, timestamps=timestamps)
    tree = SyntaxTreeNode(JUDGE.parse(body))
    allowed = {"paragraph", "inline", "text", "softbreak"}
    if "No speech" not in body:
        assert {node.type for node in tree.walk(include_self=False)} <= allowed


@given(name=ANY_WORDS, words=ANY_WORDS)
def test_a_name_cannot_break_out_of_a_title(name, words):
    details = render(transcript(words), name=name, style=Style.DETAILS)
    types = [node.type for node in SyntaxTreeNode(JUDGE.parse(details)).children]
    assert types[0] == types[-1] == "html_block"
    assert set(types[1:-1]) <= {"paragraph"}
    assert re.match(r"<details><summary>[^<>]*</summary>\n\n", details)
    callout = render(transcript(words), name=name, style=Style.CALLOUT)
    (quote,) = SyntaxTreeNode(JUDGE.parse(callout)).children
    assert quote.type == "blockquote"
    assert {child.type for child in quote.children} == {"paragraph"}
    title = quote.children[0].children[0]
    assert {child.type for child in title.children} == {"text"}


@given(ANY_WORDS)
def test_escaped_words_stay_on_one_line(words):
    assert len(escape(words).splitlines()) <= 1
