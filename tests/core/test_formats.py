import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cuttledoc.errors import DocumentError, SettingsError
from cuttledoc.formats import Format, format_of, load_json, render
from cuttledoc.settings import Timestamps
from cuttledoc.subtitles import CUE_SECONDS, LINE, LINES, cues
from cuttledoc.transcript import Segment, Transcript, Word

DOUGH = "The dough is ready."
BREAD = "I baked it for forty minutes."


def transcript_of(*segments: Segment, duration: float = 60.0) -> Transcript:
    return Transcript(
        segments=segments,
        model="moonshine-base",
        language="en",
        duration=duration,
        processing_time=1.5,
    )


TWO_PARAGRAPHS = transcript_of(Segment(DOUGH, 0.5, 2.0), Segment(BREAD, 7.2, 9.0))
SILENCE = transcript_of()


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Transcripts such as a worker hands over: ordered, without overlap, of any text."""
    texts = st.text(max_size=300) | st.lists(
        st.sampled_from(
            [
                "word",
                "and",
                "end.",
                "well,",
                "-->",
                "<b>",
                "ภาษาไทยไม่มีช่องว่าง",
                "我们。",
                "\n\n",
                "1",
            ]
        ),
        max_size=60,
    ).map(" ".join)
    gaps = st.floats(0, 5)
    segments, now = [], 0.0
    for text in draw(st.lists(texts, max_size=5)):
        start = now + draw(gaps)
        now = start + draw(st.floats(0, 30))
        words: list[Word] = []
        if draw(st.booleans()):
            step = (now - start) / max(1, len(text.split()))
            words = [
                Word(word, start + i * step, start + (i + 0.9) * step)
                for i, word in enumerate(text.split())
            ]
        edges = sorted(draw(st.lists(st.floats(start, now), max_size=4)))
        pauses = tuple(zip(edges[::2], edges[1::2], strict=False))
        segments.append(Segment(text, start, now, tuple(words), pauses))
    return transcript_of(*segments, duration=now)


class TestSuffix:
    @pytest.mark.parametrize("known", Format)
    def test_names_the_format(self, known):
        assert format_of(Path(f"notes/memo.{known}")) is known
        assert format_of(Path(f"MEMO.{known.upper()}")) is known

    @pytest.mark.parametrize("name", ["memo", "memo.docx", "srt", ".srt"])
    def test_of_another_kind_is_refused_and_the_known_ones_are_named(self, name):
        with pytest.raises(SettingsError) as caught:
            format_of(Path(name))
        assert caught.value.code == "format-unknown"
        assert all(f".{known}" in caught.value.hint for known in Format)


class TestText:
    def test_has_a_blank_line_between_paragraphs(self):
        assert render(TWO_PARAGRAPHS, Format.TXT, title="") == f"{DOUGH}\n\n{BREAD}\n"

    def test_can_tell_when_each_paragraph_began(self):
        text = render(TWO_PARAGRAPHS, Format.TXT, title="", timestamps=Timestamps.PARAGRAPH)
        assert text == f"[0:00] {DOUGH}\n\n[0:07] {BREAD}\n"

    def test_can_tell_when_each_segment_began(self):
        transcript = transcript_of(Segment(DOUGH, 65, 67), Segment(BREAD, 67.5, 70))
        text = render(transcript, Format.TXT, title="", timestamps=Timestamps.SEGMENT)
        assert text == f"[1:05] {DOUGH}\n[1:07] {BREAD}\n"

    @given(transcripts())
    def test_has_every_word_in_order(self, transcript):
        text = render(transcript, Format.TXT, title="")
        assert visible(text) == visible(transcript.text)


class TestMarkdown:
    def test_is_a_small_document(self):
        assert render(TWO_PARAGRAPHS, Format.MD, title="Baking day") == (
            f"# Baking day\n\n*1:00 · en · 10 words · moonshine-base*\n\n{DOUGH}\n\n{BREAD}\n"
        )

    @pytest.mark.parametrize("title", ["memo_2 *final*", "C #", "# #", "##", "<b>", "a ##", "1. x"])
    def test_shows_the_title_as_it_is(self, title):
        tokens = MarkdownIt().parse(render(TWO_PARAGRAPHS, Format.MD, title=title))
        assert tokens[0].tag == "h1"
        assert "".join(part.content for part in tokens[1].children) == title

    def test_does_not_let_words_act_as_markup(self):
        transcript = transcript_of(Segment("# not a heading, *nor* this", 0, 2))
        page = MarkdownIt().render(render(transcript, Format.MD, title="x"))
        assert "<p># not a heading, *nor* this</p>" in page

    def test_says_when_nothing_was_spoken(self):
        assert "No speech found" in render(SILENCE, Format.MD, title="x")


class TestSubtitles:
    def test_show_a_short_segment_as_it_was_spoken(self):
        assert render(TWO_PARAGRAPHS, Format.SRT, title="") == (
            f"1\n00:00:00,500 --> 00:00:02,000\n{DOUGH}\n\n"
            f"2\n00:00:07,200 --> 00:00:09,000\n{BREAD}\n"
        )
        assert render(TWO_PARAGRAPHS, Format.VTT, title="") == (
            f"WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n{DOUGH}\n\n"
            f"00:00:07.200 --> 00:00:09.000\n{BREAD}\n"
        )

    def test_are_divided_at_the_end_of_a_sentence(self):
        transcript = transcript_of(Segment(f"{DOUGH} {BREAD} {DOUGH} {BREAD}", 0, 12))
        assert [" ".join(cue.lines) for cue in cues(transcript)] == [f"{DOUGH} {BREAD}"] * 2

    def test_are_divided_at_a_clause_where_a_sentence_is_too_long(self):
        text = (
            "When the oven has been hot for at least half an hour, "
            "I open the door a little and slide the bread onto the stone."
        )
        first, second = cues(transcript_of(Segment(text, 0, 9)))
        assert first.lines[-1].endswith("half an hour,")
        assert second.lines[0].startswith("I open")

    def test_take_the_times_of_the_words(self):
        words = (
            *(Word(w, 1 + i / 10, 1.05 + i / 10) for i, w in enumerate(DOUGH.split())),
            *(Word(w, 8 + i / 10, 8.05 + i / 10) for i, w in enumerate(BREAD.split())),
        )
        first, second = cues(transcript_of(Segment(f"{DOUGH} {BREAD}", 1, 9, words)))
        assert second.start == 8000
        assert first.end == 2000  # its last word ends at 1.35 s; it stays to be read

    def test_without_times_of_words_leave_out_the_pauses(self):
        # 16 of 40 characters, of four seconds of speech: 1.6 s; then the pause.
        segment = Segment(f"{DOUGH} {BREAD}", 0, 10, (), ((1.6, 7.6),))
        first, second = cues(transcript_of(segment))
        assert (first.end, second.start) == (1600, pytest.approx(7600, abs=1))

    def test_end_a_sentence_at_the_pause_that_was_heard_near_it(self):
        # By count of characters it would end after 3.6 s of speech; it was spoken slowly.
        segment = Segment(f"{DOUGH} {BREAD}", 0, 10, (), ((0.9, 1.0), (4.2, 5.0)))
        first, second = cues(transcript_of(segment))
        assert (first.end, second.start) == (4200, 5000)

    @pytest.mark.parametrize(
        "text",
        [
            "今日は朝から雨が降っていたので、パンを焼くことにしました。" * 6,
            "วันนี้ฝนตกตั้งแต่เช้าฉันจึงตัดสินใจอบขนมปังที่บ้าน" * 6,
            "a" * 400,
            "." * 400,
        ],
    )
    def test_divide_text_without_spaces(self, text):
        shown = list(cues(transcript_of(Segment(text, 0, 40))))
        assert len(shown) > 4
        assert all(cue.end - cue.start <= CUE_SECONDS * 1000 + 1 for cue in shown)
        assert "".join("".join(cue.lines) for cue in shown) == text

    def test_never_begin_a_line_with_a_mark(self):
        text = "今日は雨、明日は晴れ。" * 20
        lines = [line for cue in cues(transcript_of(Segment(text, 0, 40))) for line in cue.lines]
        assert not [line for line in lines if line[0] in "、。"]

    def test_cannot_be_broken_by_the_text(self):
        text = "one\n\n2\n00:00:00,000 --> 00:00:09,000\n\nNOTE <i>two</i> & three"
        transcript = transcript_of(Segment(text, 0, 5))
        (cue,) = srt.parse(render(transcript, Format.SRT, title=""))
        assert "<i>two</i> & three" in cue.content
        (caption,) = webvtt.from_string(render(transcript, Format.VTT, title=""))
        assert "--&gt;" in caption.raw_text.replace("\n", " ")

    @given(transcripts())
    def test_are_readable(self, transcript):
        last = 0
        for cue in cues(transcript):
            assert last <= cue.start < cue.end
            assert 1 <= len(cue.lines) <= LINES
            assert all(line.strip() == line and 0 < len(line) <= LINE for line in cue.lines)
            last = cue.end

    @given(transcripts())
    def test_of_subrip_are_read_by_others(self, transcript):
        shown = list(cues(transcript))
        read = list(srt.parse(render(transcript, Format.SRT, title="")))
        assert [round(cue.start / timedelta(milliseconds=1)) for cue in read] == [
            cue.start for cue in shown
        ]
        assert visible(" ".join(cue.content for cue in read)) == visible(
            transcript.text.replace("-->", "→")
        )

    @given(transcripts())
    def test_of_webvtt_are_read_by_others(self, transcript):
        shown = list(cues(transcript))
        read = webvtt.from_buffer(StringIO(render(transcript, Format.VTT, title="")))
        assert [caption.start_in_seconds for caption in read] == [c.start // 1000 for c in shown]
        assert len(read) == len(shown)


class TestJson:
    def test_is_for_people_and_programs(self):
        text = render(TWO_PARAGRAPHS, Format.JSON, title="")
        document = json.loads(text)
        assert document["version"] == 1
        assert document["text"] == f"{DOUGH} {BREAD}"
        assert document["segments"][1]["start"] == 7.2
        assert text.startswith('{\n  "version": 1,\n  "text": ')

    @given(transcripts())
    def test_comes_back_as_the_same_transcript(self, transcript):
        text = render(transcript, Format.JSON, title="")
        assert load_json(text) == transcript
        assert load_json(text.encode()) == transcript
        assert json.loads(text)["text"] == transcript.text

    @pytest.mark.parametrize(
        "text", ["", "no", "[]", "{}", '{"version": 1}', b"\xff", '{"version": "1"}']
    )
    def test_of_something_else_is_refused(self, text):
        with pytest.raises(DocumentError) as caught:
            load_json(text)
        assert caught.value.code == "transcript-unreadable"

    def test_of_a_later_version_is_refused(self):
        with pytest.raises(DocumentError) as caught:
            load_json('{"version": 2, "segments": "otherwise"}')
        assert caught.value.code == "transcript-version"


@pytest.mark.parametrize("known", Format)
def test_a_recording_without_speech_is_valid(known):
    text = render(SILENCE, known, title="Silence")
    match known:
        case Format.TXT | Format.SRT:
            assert text == ""
        case Format.VTT:
            assert list(webvtt.from_string(text)) == []
        case Format.JSON:
            assert load_json(text) == SILENCE
        case Format.MD:
            assert text.startswith("# Silence\n")


def visible(text: str) -> str:
    """The text without white space, and without the control characters no file should hold."""
    return "".join(
        char
        for char in text
        if not char.isspace() and (char >= " ") and not "\x7f" <= char <= "\x9f"
    )
