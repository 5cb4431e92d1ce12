"""The links found in any text are those a second Markdown parser finds."""

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cuttledoc.markdown.page import find_links
from cuttledoc.markdown.targets import is_media

JUDGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ANY_TEXT = st.text(
    st.sampled_from("[]()<>!`*_\\|#>-+ \n\r\t.:/%&;=\"'amp3ü😀\0\ud800") | st.characters()
)
PIECES = [
    "[x](a.mp3)",
    '![y](b.m4a "t")',
    "[z](<c d.mp3>)",
    "[e\\]](e\\(.mp3)",
    "[p](q(r).mp3)",
    "[s]( t.mp3 )",
    "[u](\n u.mp3\n)",
    "[![i](i.png)](v.mp4)",
    " [x][r] ",
    " ![r] ",
    " `[code](c.mp3)` ",
    "``[code](c.mp3)",
    "`",
    "``",
    "<!-- [comment](c.mp3) -->",
    *[
        "*",
        "**",
        "_",
        "~~",
        "(",
        ")",
        "!",
        "<",
        ">",
        "$",
        "ü ",
        "&amp;",
        "<b>",
        "text",
        " ",
        "\n",
        '"',
    ],
]


def judged(text):
    def walk(tokens):
        for token in tokens:
            if token.type == "link_open":
                yield token.attrs["href"]
            if token.type == "image":
                yield token.attrs["src"]
            yield from walk(token.children or [])

    return sorted(target for href in walk(JUDGE.parse(text)) if is_media(target := unquote(href)))


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_the_links_are_those_another_parser_finds(text):
    text += "\n\n[r]: r.mp3\n"
    links = [link for link in find_links(text) if link.kind != "definition"]
    assert sorted(link.target for link in links) == judged(text)


@given(ANY_TEXT)
def test_any_text_can_be_read_and_spans_lie_within_it(text):
    for link in find_links(text):
        assert 0 <= link.span.start < link.span.end <= len(text)
        assert 0 <= link.target_span.start <= link.target_span.end <= len(text)
        assert link.span.end <= link.place.below <= len(text)
