"""What must hold wherever a transcript is put, judged by a second Markdown parser."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from cuttledoc.markdown.page import read_page
from cuttledoc.markdown.place import Draft, Outcome, plan, remove
from cuttledoc.markdown.span import apply

JUDGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
AUDIO = "0123456789abcdef" * 4
BODIES = {
    "quote": "> One.\n>\n> Two.",
    "callout": "> [!quote]- Transcript · a.mp3 · 0:07\n>\n> One.",
    "details": "<details><summary>Transcript</summary>\n\nOne.\n\nTwo.\n\n</details>",
    "plain": "One.\n\nTwo.",
    "one line": "One.",
}

TARGETS = st.sampled_from(["a.mp3", "b.m4a", "ü.wav"])


@st.composite
def link_texts(draw):
    target = draw(TARGETS)
    forms = (f"[x]({target})", f"![[{target}]]", f'<audio controls src="{target}"></audio>', "[r]")
    return draw(st.sampled_from(forms))


@st.composite
def leaves(draw):
    """The lines of one block; most of them hold links."""
    link = draw(link_texts())
    other = draw(link_texts())
    kinds = (
        ["Plain text."],
        [f"Some {link} text."],
        [f"Some {link}", f"and {other} more."],
        [f"# Heading {link}"],
        [f"Heading {link}", "==="],
        ["| a | b |", "|---|---|", f"| {link} | x |"],
        ["<audio controls>", '<source src="c.mp3">', "</audio>"],
        ["<div>", f"{link}", "</div>"],
        ["```", f"{link}", "```"],
        ["<!-- a comment -->"],
        ["---"],
        ["[r]: r.mp3"],
        ["[unused]: u.mp3 'A title'"],
        ["    indented code"],
    )
    return draw(st.sampled_from(kinds))


def joined(blocks):
    def build(draw_blocks):
        lines: list[str] = []
        for block, blank in draw_blocks:
            lines += block
            if blank:
                lines.append("")
        return lines

    return st.lists(st.tuples(blocks, st.booleans()), min_size=1, max_size=4).map(build)


def quoted(blocks):
    def quote(lines, mark):
        return [(mark + line).rstrip() for line in lines]

    return st.builds(quote, joined(blocks), st.sampled_from(["> ", ">", " > "]))


def listed(blocks):
    def items(item_lines, marker):
        lines = []
        for item in item_lines:
            first, *rest = item
            lines.append((marker + first).rstrip())
            indent = " " * (len(marker) - (4 if marker.endswith("[ ] ") else 0))
            lines += [(indent + line).rstrip() for line in rest]
        return lines

    markers = st.sampled_from(["- ", "* ", "1. ", "10) ", "-   ", " - ", "- [ ] "])
    return st.builds(items, st.lists(joined(blocks), min_size=1, max_size=3), markers)


BLOCKS = st.recursive(leaves(), lambda inner: quoted(inner) | listed(inner), max_leaves=6)


@st.composite
def documents(draw):
    lines = draw(joined(BLOCKS))
    if draw(st.booleans()):
        lines = ["---", "title: '[x](a.mp3)'", "---", "", *lines]
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


def transcribed(text, body):
    page = read_page(text)
    draft = Draft(audio=AUDIO, model="m", body=body)
    return apply(text, [plan(page, link, draft).change for link in page.links])


def line_number(text, at):
    return len(re.findall(r"\r\n?|\n", text[:at]))


def shape(text: str, *, without_blocks: bool) -> Any:
    """The document's tree as the other parser sees it, our blocks left out."""
    ours: set[int] = set()
    if without_blocks:
        for block in read_page(text).blocks:
            first = line_number(text, block.span.start)
            ours.update(range(first, line_number(text, block.span.end) + 1))

    def node(one):
        children = [
            node(child) for child in one.children if not (child.map and child.map[0] in ours)
        ]
        content = one.content.strip() if one.type in {"inline", "fence", "html_block"} else ""
        return (one.type, content, children)

    return node(SyntaxTreeNode(JUDGE.parse(text)))


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@given(text=documents())
def test_the_document_around_the_transcripts_keeps_its_shape(body, text):
    assert shape(transcribed(text, body), without_blocks=True) == shape(text, without_blocks=False)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@given(text=documents())
def test_each_link_gets_its_transcript_and_doing_it_again_changes_nothing(body, text):
    links = read_page(text).links
    page = read_page(transcribed(text, body))
    assert [link.source for link in page.links] == [link.source for link in links]
    owned = [page.block_of(link) for link in page.links]
    assert all(block is not None and not block.edited for block in owned)
    assert len({block.span for block in owned}) == len(owned) == len(page.blocks)
    draft = Draft(audio=AUDIO, model="m", body=body)
    assert {plan(page, link, draft).outcome for link in page.links} <= {Outcome.UNCHANGED}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@given(text=documents(), chance=st.randoms(use_true_random=False))
def test_removing_the_transcripts_in_any_order_gives_back_the_document(body, text, chance):
    now = transcribed(text, body)
    while blocks := read_page(now).blocks:
        now = apply(now, [remove(now, chance.choice(blocks))])
    assert now == text


@given(text=documents(), chance=st.randoms(use_true_random=False))
def test_one_by_one_in_any_order_comes_to_the_same_as_all_at_once(text, chance):
    body = BODIES["quote"]
    draft = Draft(audio=AUDIO, model="m", body=body)
    todo = list(range(len(read_page(text).links)))
    chance.shuffle(todo)
    now = text
    for index in todo:
        page = read_page(now)
        # Of two links to one recording in one paragraph the first one takes the transcript.
        change = plan(page, page.links[index], draft).change
        now = apply(now, [change] if change else [])
    page = read_page(now)
    rest = [change for link in page.links if (change := plan(page, link, draft).change)]
    assert apply(now, rest) == transcribed(text, body)
