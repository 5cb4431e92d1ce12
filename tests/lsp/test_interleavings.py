"""Random edits while real jobs of a real server finish: nothing typed is lost, nothing misplaced.

The same as the property in test_anchors.py, through the wire: the server's timing decides which
edit meets which keystroke. The transcripts come from a warm cache, so that jobs are short.
"""

import asyncio
import re
import shutil
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuttledoc.markdown.page import read_page
from cuttledoc.markdown.span import Span
from lsp.conftest import RECORDINGS
from lsp.editor import start_editor, stop_editor

NAMES = {"a.m4a": "heron-count.m4a", "b.mp3": "sourdough.mp3", "ü 😀.ogg": "message-to-anna.ogg"}
TARGETS = sorted(NAMES)
COMMENT = re.compile(r"<!-- /?cuttledoc [^>]*-->")
MINE = "\ue000"
"""A character that only the user of these tests types."""


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def warm(runner, tmp_path_factory, installed_models):
    """An editor whose server knows each recording, and the first words of each transcript."""
    folder = tmp_path_factory.mktemp("interleavings")
    for name, original in NAMES.items():
        shutil.copy(RECORDINGS / original, folder / name)
    environment = {
        "HOME": str(folder),
        "CUTTLEDOC_MODELS_DIR": str(installed_models),
        "CUTTLEDOC_CACHE_DIR": str(folder / "cache"),
    }
    editor = runner.run(start_editor(folder, environment))
    words = {}
    for name in TARGETS:
        told = runner.run(editor.command("transcribeFile", path=str(folder / name)))
        words[name] = told["text"].split()[:3]
    yield editor, folder, words
    runner.run(stop_editor(editor))
    assert editor.invalid == []


@st.composite
def documents(draw):
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        target = draw(st.sampled_from(TARGETS))
        before = draw(st.sampled_from(["", "- ", "> ", "# ", "text "]))
        lines += [f"{before}[x](<{target}>)", draw(st.sampled_from(["", "", "word", "- item"]))]
    return draw(st.sampled_from(["\n", "\r\n"])).join([*lines, "end"])


TYPED = st.text(alphabet=f"{MINE}{MINE} \n>-#|", min_size=1, max_size=6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.floats(0, 1), TYPED),
        st.tuples(st.just("delete"), st.floats(0, 1), st.integers(1, 12)),
        st.tuples(st.just("transcribe"), st.floats(0, 1), st.none()),
        st.tuples(st.just("all"), st.none(), st.none()),
        st.tuples(st.just("wait"), st.floats(0, 0.02), st.none()),
        st.tuples(st.just("cross"), st.floats(0, 1), TYPED),
        st.tuples(st.just("refuse"), st.none(), st.none()),
    ),
    min_size=3,
    max_size=14,
)


def written(text):
    """How much of the user's is there; a comment may repeat what stands in its link."""
    return COMMENT.sub("", text).count(MINE)


class Session:
    """One document in which a user types while transcripts come."""

    def __init__(self, editor, uri, text, words):
        self.editor = editor
        self.buffer = editor.open(uri, text)
        self.words = words
        self.typed = 0
        self.work = []
        self.crossing = []
        self.wrong = []
        editor.before_edit = self.before
        editor.after_edit = self.after

    def type(self, share, text):
        self.typed += text.count(MINE)
        self.editor.type(self.buffer, self.offset(share * len(self.buffer.text)), text)

    def delete(self, share, count):
        at = self.offset(share * len(self.buffer.text))
        end = self.offset(min(at + count, len(self.buffer.text)))
        before = written(self.buffer.text)
        self.editor.type(self.buffer, at, "", delete=end - at)
        self.typed += written(self.buffer.text) - before

    def offset(self, wanted):
        """A place where a person writes.

        Not inside cuttledoc's own comments, which are its memory and are written anew with the
        transcript; and not between the two characters of a line break, where no cursor stands.
        """
        at = int(wanted)
        for comment in COMMENT.finditer(self.buffer.text):
            if comment.start() < at < comment.end():
                return comment.start()
        return at - (self.buffer.text[at - 1 : at + 1] == "\r\n")

    def start(self, name, **arguments):
        self.work.append(self.editor.start_command(name, uri=self.buffer.uri, **arguments))

    def before(self, _):
        while self.crossing:
            self.type(*self.crossing.pop())
        self.text_before = self.buffer.text

    def after(self, changes):
        """Each edit of the server is one transcript below its own link, and takes nothing away."""
        (change,) = changes
        removed = self.text_before[change.start : change.end]
        if removed and not removed.startswith("<!-- cuttledoc "):
            self.wrong.append(f"{removed!r} was taken away")
        span = Span(change.start, change.start + len(change.new_text))
        page = read_page(self.buffer.text)
        new = [one for one in page.blocks if span.start <= one.span.start < span.end]
        if len(new) != 1:
            self.wrong.append(f"{change.new_text!r} is not one transcript")
            return
        owner = page.owners.get(new[0].span)
        if owner is None or owner.source != new[0].marker.source:
            self.wrong.append(f"the transcript of {new[0].marker.source} is below {owner}")
        if new[0].body.removeprefix("> ").split()[:3] != self.words[new[0].marker.source]:
            self.wrong.append(f"{new[0].body!r} stands for {new[0].marker.source}")

    async def play(self, steps):
        for kind, number, what in steps:
            if kind in {"type", "delete"}:
                getattr(self, kind)(number, what)
            elif kind == "transcribe":
                links = read_page(self.buffer.text).links
                if links:
                    link = links[int(number * (len(links) - 1))]
                    at = self.buffer.lines(self.editor.encoding).position(link.span.start)
                    self.start(
                        "transcribeLink", position={"line": at.line, "character": at.character}
                    )
            elif kind == "all":
                self.start("transcribeDocument")
            elif kind == "wait":
                await asyncio.sleep(number)
            elif kind == "cross":
                self.crossing.append((number, what))
            else:
                self.editor.refuse = 1
        answers = await asyncio.gather(*self.work)
        self.editor.refuse = 0
        self.editor.close(self.buffer)
        return [link for answer in answers for link in answer["links"]]


played = []


def test_nothing_typed_is_lost_and_each_transcript_is_below_its_link(warm, runner):
    editor, folder, words = warm
    uri = (folder / "n.md").as_uri()
    end = time.monotonic() + 60

    @settings(max_examples=1000, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(documents(), STEPS)
    def play(text, steps):
        if time.monotonic() > end:  # a slow machine plays fewer
            return
        session = Session(editor, uri, text, words)
        outcomes = runner.run(session.play(steps))
        assert session.wrong == []
        assert written(session.buffer.text) == session.typed
        # Who types into a target makes it lead nowhere.
        told = {
            one["outcome"]
            for one in outcomes
            if not one["error"] or one["error"]["code"] != "media-not-found"
        }
        assert told <= {"inserted", "replaced", "unchanged", "kept", "gone", "refused"}, outcomes
        played.append(len(outcomes))

    play()
    print(f"{len(played)} documents, {sum(played)} transcripts")  # noqa: T201 - shown with -s
    assert sum(played) > 100
