"""Which links to recordings are found, and what is known of each."""

import time

import pytest

from cuttledoc.markdown.inlines import inlines
from cuttledoc.markdown.links import LinkKind
from cuttledoc.markdown.page import find_links, read_page
from cuttledoc.markdown.targets import is_media

K = LinkKind


def found(text):
    return [(link.kind, link.target) for link in find_links(text)]


def one(text):
    (link,) = find_links(text)
    return link


def cut(text, span):
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("[x](a.mp3)", K.LINK, "a.mp3"),
        ("[](a.mp3)", K.LINK, "a.mp3"),
        ('![x](a.m4a "title")', K.IMAGE, "a.m4a"),
        ("![](a.m4a)", K.IMAGE, "a.m4a"),
        ("![[a.m4a]]", K.EMBED, "a.m4a"),
        ("[[a.m4a]]", K.WIKILINK, "a.m4a"),
        ("![[sub/a b.m4a|alias]]", K.EMBED, "sub/a b.m4a"),
        ("![[a.mp4|300]]", K.EMBED, "a.mp4"),
        ("![[100%25.mp3]]", K.EMBED, "100%25.mp3"),
        ('<audio src="a.mp3">', K.HTML, "a.mp3"),
        ('<audio controls src="a.mp3" title="a"></audio>', K.HTML, "a.mp3"),
        ("<audio src=a.mp3></audio>", K.HTML, "a.mp3"),
        ("<AUDIO SRC='a&amp;b.mp3'/>", K.HTML, "a&b.mp3"),
        ('Text <video controls\n src="a.mp4"></video> text', K.HTML, "a.mp4"),
        ('<source src="a%20b.ogg">', K.HTML, "a b.ogg"),
        ('<a href="a.mp3">listen</a>', K.HTML, "a.mp3"),
        ('<div>\n<audio src="a.mp3"></audio>\n</div>', K.HTML, "a.mp3"),
        ("[x](<a b.mp3>)", K.LINK, "a b.mp3"),
        ("[x](a%20b.mp3)", K.LINK, "a b.mp3"),
        ("[x](%C3%BC.mp3)", K.LINK, "ü.mp3"),
        ("[x](%FC.mp3)", K.LINK, "%FC.mp3"),
        ("[x](a%2520b.mp3)", K.LINK, "a%20b.mp3"),
        ("[x](a(1).mp3)", K.LINK, "a(1).mp3"),
        (r"[x](a\(1.mp3)", K.LINK, "a(1.mp3"),
        (r"[x](a\_b.mp3)", K.LINK, "a_b.mp3"),
        ("[x](a&amp;b.mp3)", K.LINK, "a&b.mp3"),
        ("[x](a&copy=b.mp3)", K.LINK, "a&copy=b.mp3"),
        ("[x](file:///home/a%20b.mp3)", K.LINK, "file:///home/a b.mp3"),
        ("<file:///home/a.mp3>", K.AUTOLINK, "file:///home/a.mp3"),
        (r"[x](C:\memos\a.mp3)", K.LINK, r"C:\memos\a.mp3"),
        ("[x](C:/memos/a.mp3)", K.LINK, "C:/memos/a.mp3"),
        (r"[[..\memos\a.mp3]]", K.WIKILINK, r"..\memos\a.mp3"),
        ("[x](a.mp3?v=2)", K.LINK, "a.mp3"),
        ("[x](what%3F.mp3)", K.LINK, "what?.mp3"),
        ("[x](A.MP3)", K.LINK, "A.MP3"),
        ("[![cover](cover.png)](a.mp4)", K.LINK, "a.mp4"),
        ("# Heading [x](a.mp3) ##", K.LINK, "a.mp3"),
        ("Heading\nwith [x](a.mp3)\n===", K.LINK, "a.mp3"),
        ("It cost $5 [x](a.mp3) or $6", K.LINK, "a.mp3"),
        ("**never closed ~~ [x](a.mp3)", K.LINK, "a.mp3"),
        ("| a |\n|---|\n| [x](a.mp3) |", K.LINK, "a.mp3"),
        ("| a |\n|---|\n| ![[a.mp3\\|name]] |", K.EMBED, "a.mp3"),
        ("> - [x](a.mp3\n>   'title')", K.LINK, "a.mp3"),
        ("[^1]: A note with [x](a.mp3)", K.LINK, "a.mp3"),
        ("- [ ] task [x](a.mp3)", K.LINK, "a.mp3"),
        ("- [ ] [x](a.mp3)", K.LINK, "a.mp3"),
        ("[] [x](a.mp3)", K.LINK, "a.mp3"),
        ("a[1][x](a.mp3)", K.LINK, "a.mp3"),
        ("`` [x](a.mp3) ` <!-- ->", K.LINK, "a.mp3"),
        ("a\0b [x](a.mp3)", K.LINK, "a.mp3"),
    ],
)
def test_each_form_of_link_is_found(text, kind, target):
    link = one(text)
    assert (link.kind, link.target, link.remote) == (kind, target, False)


@pytest.mark.parametrize(
    "text",
    [
        "[x](a.md)",
        "[x](mp3)",
        "[x](.mp3)",
        "![x](a.png)",
        "[[a]]",
        "a.mp3",
        r"\[x](a.mp3)",
        r"\[[a.mp3]]",
        "`[x](a.mp3)`",
        "`` ![[a.mp3]] ` ``",
        "`<audio src='a.mp3'>`",
        "```\n[x](a.mp3)\n```",
        "~~~md\n![[a.mp3]]",
        "    [x](a.mp3)",
        "- item\n\n      [x](a.mp3)",
        "<!-- [x](a.mp3) -->",
        "text <!-- ![[a.mp3]] --> text",
        "<!--\n<audio src='a.mp3'>\n-->",
        "<div>\n<!-- <audio src='a.mp3'> -->\n</div>",
        "<script>\nx = '<audio src=\"a.mp3\">'\n</script>",
        "<audio>",
        "<audio src>",
        "<img src='a.mp3'>",
        "<audio-player src='a.mp3'>",
        "---\naudio: '[x](a.mp3)'\n---\n",
        "---\r\naudio: '![[a.mp3]]'\r\n...\r\n",
        "+++\naudio = '[x](a.mp3)'\n+++\n\ntext",
        "[x][id]\n\n[id]: a.md",
        "[^1]: a.mp3",
        "[x][id]\n\n```\n[id]: a.mp3\n```",
        "data:audio/mp3;base64,AAAA",
        "",
    ],
)
def test_what_is_no_link_to_a_recording_is_left_alone(text):
    assert found(text) == []


def test_an_address_in_a_tag_is_one_link():
    text = "<audio src='https://x.org/a.mp3'></audio> <img src='https://x.org/b.mp3'>"
    assert found(text) == [(K.HTML, "https://x.org/a.mp3")]


def test_front_matter_is_only_where_a_document_starts():
    assert found("text\n\n---\n\n[x](a.mp3)\n\n---\n") == [(K.LINK, "a.mp3")]
    assert found("---\nnever closed [x](a.mp3)\n") == [(K.LINK, "a.mp3")]


@pytest.mark.parametrize(
    ("text", "target", "fragment"),
    [
        ("[x](a.mp3#t=60,90)", "a.mp3", "t=60,90"),
        ("![[a.mp3#t=60|name]]", "a.mp3", "t=60"),
        ('<audio src="a.mp3#t=1">', "a.mp3", "t=1"),
        ("[x](a%231.mp3#t=1)", "a#1.mp3", "t=1"),
        ("[x](<song #1.mp3>)", "song #1.mp3", ""),
        ("[x](https://x.org/a.mp3#t=1)", "https://x.org/a.mp3", "t=1"),
    ],
)
def test_the_media_fragment_is_kept_apart(text, target, fragment):
    link = one(text)
    assert (link.target, link.fragment) == (target, fragment)
    assert link.source == target + (f"#{fragment}" if fragment else "")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("[x](https://x.org/a%20b.mp3?dl=1)", "https://x.org/a%20b.mp3?dl=1"),
        ("<https://x.org/a.mp3>", "https://x.org/a.mp3"),
        ("See https://x.org/a.mp3.", "https://x.org/a.mp3"),
        ("[x](obsidian://open?file=a.mp3)", None),
        ("<audio src='ftp://x.org/a.mp3'>", "ftp://x.org/a.mp3"),
    ],
)
def test_remote_recordings_are_recognised(text, target):
    assert [(link.target, link.remote) for link in find_links(text)] == (
        [(target, True)] if target else []
    )


@pytest.mark.parametrize(
    ("text", "whole", "target"),
    [
        ('ü [x](a%20b.mp3 "t") z', '[x](a%20b.mp3 "t")', "a%20b.mp3"),
        ("😀 [x](<a b.mp3>)", "[x](<a b.mp3>)", "a b.mp3"),
        ("ü ![[a.mp3#t=1|b]] z", "![[a.mp3#t=1|b]]", "a.mp3#t=1"),
        ('ü <audio src="ä.mp3"></audio> z', '<audio src="ä.mp3"></audio>', "ä.mp3"),
        ("ü [x][id] z\n\n[id]: <a.mp3> 't'", "[x][id]", "a.mp3"),
        ("ü\n\n[id]: a.mp3 't'", "[id]: a.mp3 't'", "a.mp3"),
        ("see <https://x.org/a.mp3>", "<https://x.org/a.mp3>", "https://x.org/a.mp3"),
        ("> ü\n> [x](\n> a.mp3)", "[x](\n> a.mp3)", "a.mp3"),
        ("-\tü [x](a.mp3)\r\n", "[x](a.mp3)", "a.mp3"),
        (
            "<audio>\n\n<source src='a.mp3'>\n</audio>!",
            "<audio>\n\n<source src='a.mp3'>\n</audio>",
            "a.mp3",
        ),
    ],
)
def test_spans_cut_out_the_link_and_its_target(text, whole, target):
    link = one(text)
    assert (cut(text, link.span), cut(text, link.target_span)) == (whole, target)


def test_spans_hold_far_into_a_long_line_of_wide_characters():
    text = "".join(f"日本語 [x](録音{number}.mp3) " for number in range(500))
    for number, link in enumerate(find_links(text)):
        assert cut(text, link.span) == f"[x](録音{number}.mp3)"
        assert cut(text, link.target_span) == link.target == f"録音{number}.mp3"


def test_references_are_reported_where_they_are_used():
    text = "[x][Memo  One] ![memo one] [memo one][]\n\n[memo one]: a.mp3\n[memo one]: b.mp3\n"
    assert found(text) == [(K.REFERENCE, "a.mp3")] * 3


def test_a_definition_never_used_is_reported_itself():
    assert found("[other]\n\n[memo]: a.mp3\n[other]: b.md\n") == [(K.DEFINITION, "a.mp3")]


def test_a_definition_that_an_earlier_one_hides_is_not_reported():
    assert found("[memo]\n\n[memo]: a.md\n[memo]: b.mp3\n") == []


@pytest.mark.parametrize(
    "text",
    [
        '<audio controls>\n<source src="a.mp3">\n<source src="a.ogg">\n</audio>',
        '<audio src="a.mp3"><a href="a.mp3">Download</a></audio>',
        '<video src="a.mp3"><source src="b.mp3"></video>',
        'Text <audio><source src="poster.png"><source src="a.mp3"></audio>',
        '<audio controls>\n\n<source src="a.mp3">\n\n<source src="a.ogg">\n\n</audio>',
    ],
)
def test_a_player_with_several_sources_is_one_link(text):
    link = one(text)
    assert link.target == "a.mp3"
    assert cut(text, link.span).endswith(("</audio>", "</video>"))


def test_a_player_never_closed_does_not_take_the_links_after_it():
    text = '<audio src="a.mp3">\n\n<source src="b.mp3">\n\n<audio src="c.mp3"></audio>'
    assert [target for _, target in found(text)] == ["a.mp3", "b.mp3", "c.mp3"]


def test_links_come_in_document_order():
    text = '[x](1.mp3) ![[2.mp3]] <audio src="3.mp3"></audio> [r]\n\n- [x](5.mp3)\n\n[r]: 4.mp3'
    assert [link.target[0] for link in find_links(text)] == ["1", "2", "3", "4", "5"]


def test_links_inside_our_own_transcripts_are_not_found():
    marker = '<!-- cuttledoc source="a.mp3" audio="x" model="m" text="y" -->'
    text = f"[x](a.mp3)\n\n{marker}\n> edited: [y](b.mp3)\n<!-- /cuttledoc -->\n\n[z](c.mp3)\n"
    assert [target for _, target in found(text)] == ["a.mp3", "c.mp3"]


def test_wikilinks_are_not_taken_for_references():
    assert found("[[a.mp3]]\n\n[a.mp3]: b.mp3\n") == [
        (K.WIKILINK, "a.mp3"),
        (K.DEFINITION, "b.mp3"),
    ]


@pytest.mark.parametrize("name", ["a.mp3", "A.Opus", "x/y.webm", r"x\y.m4v", "a.b.mka", "a.3gp"])
def test_recordings_are_known_by_their_ending(name):
    assert is_media(name)


@pytest.mark.parametrize("name", ["", "mp3", ".mp3", "x/.mp3", "a.ts", "a.mp3/b", "a.mp3.md"])
def test_other_files_are_not_recordings(name):
    assert not is_media(name)


@pytest.mark.parametrize(
    "text",
    [
        ">" * 3000 + "[x](a.mp3)",
        "- " * 3000 + "[x](a.mp3)",
        "[" * 20_000,
        "![" * 5000 + "[x](a.mp3)",
        "<audio " * 5000,
        "<audio" + " " * 20_000,
        '<audio src="' * 5000,
        "`" * 10_001 + "[x](a.mp3)",
        "[x](" * 5000,
        "[[" * 5000 + "a.mp3",
        "---\n" * 5000,
        "https://" * 5000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_documents_take_no_time(text):
    start = time.perf_counter()
    read_page(text)
    assert time.perf_counter() - start < 3


def test_time_grows_with_the_document_and_no_faster():
    line = "Some ü [memo](memo%20{}.mp3) and ![[x{}.mp3]].\n\n"

    def seconds(count):
        text = "".join(line.format(number, number) for number in range(count))
        times = []
        for _ in range(3):
            inlines.cache_clear()
            start = time.perf_counter()
            assert len(find_links(text)) == 2 * count
            times.append(time.perf_counter() - start)
        return min(times)

    assert seconds(4000) < 24 * seconds(500)  # eight times the links; 64 if it were quadratic
