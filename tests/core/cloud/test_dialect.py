"""Recordings sent to a strict server: each model asked as it wants, and its answer understood."""

import itertools

import numpy as np
import pytest

from cuttledoc.cloud.answer import read_answer
from cuttledoc.hints import Hints
from cuttledoc.transcript import Segment, Word
from cuttledoc.worker.protocol import Exported
from fixtures.media import RATE, write_sound
from fixtures.openai_server import error

HINTS = Hints(language="en", vocabulary=("Cuttledoc", "<Anna>\nMiller", "Anna Miller"))


async def test_gpt_transcribe_is_asked_for_json_with_languages_and_keywords(
    serve, transcribe, memo
):
    site = serve()
    told = await transcribe(memo, site, hints=HINTS)
    assert [asked.fields for asked in site.asked] == [
        {
            "model": "gpt-transcribe",
            "response_format": "json",
            "languages[]": ["en"],
            "keywords[]": ["Cuttledoc", "Anna Miller"],
            "stream": "true",
        }
    ] * len(site.asked)
    assert told.language == "en"
    assert {asked.codec for asked in site.asked} == {"opus"}
    assert all(asked.seconds <= 60.1 for asked in site.asked)
    assert sum(asked.seconds for asked in site.asked) == pytest.approx(told.duration, rel=0.1)
    # A model without times: each piece is a segment at the times of voice activity.
    assert len(told.segments) == len(site.asked)
    assert all(segment.pauses for segment in told.segments)


async def test_whisper_is_asked_for_words_and_long_pieces_and_its_times_are_moved(
    serve, transcribe, memo
):
    site = serve()
    told = await transcribe(memo, site, "openai/whisper-1", hints=HINTS, most=120)
    fields = site.asked[0].fields
    assert fields == {
        "model": "whisper-1",
        "response_format": "verbose_json",
        "timestamp_granularities[]": ["segment", "word"],
        "language": "en",
        "prompt": "Cuttledoc, Anna Miller",
    }
    assert len(site.asked) == 2
    assert told.language == "en"
    starts = [segment.start for segment in told.segments]
    assert starts == sorted(starts)
    assert starts[-1] > told.duration - 15
    for before, after in itertools.pairwise(told.segments):
        assert before.end <= after.start + 1e-6
    words = [word for segment in told.segments for word in segment.words]
    assert [word.text for word in words] == told.text.split()
    assert all(a.start <= b.start for a, b in itertools.pairwise(words))
    for segment in told.segments:
        assert all(segment.start - 1 <= w.start <= w.end <= segment.end + 1 for w in segment.words)


async def test_the_diarizing_model_is_told_to_cut_and_given_no_prompt(serve, transcribe, memo):
    site = serve()
    told = await transcribe(memo, site, "openai/gpt-4o-transcribe-diarize", hints=HINTS)
    assert site.asked[0].fields == {
        "model": "gpt-4o-transcribe-diarize",
        "response_format": "diarized_json",
        "language": "en",
        "chunking_strategy": "auto",
        "stream": "true",
    }
    assert len(site.asked) == 1
    assert len(told.segments) > 10


@pytest.mark.parametrize("name", ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"])
async def test_the_older_models_take_language_and_prompt(serve, transcribe, memo, name):
    site = serve()
    await transcribe(memo, site, f"openai/{name}", hints=HINTS)
    assert site.asked[0].fields == {
        "model": name,
        "response_format": "json",
        "language": "en",
        "prompt": "Cuttledoc, Anna Miller",
        "stream": "true",
    }


async def test_a_model_nobody_knows_is_asked_once_how_it_answers_and_that_is_remembered(
    serve, transcribe, memo
):
    site = serve(models={"mine": {"json"}})
    await transcribe(memo, site, "openai/mine", hints=HINTS)
    refused = site.tries - len(site.asked)
    assert refused == 1
    assert site.asked[0].fields == {"model": "mine", "response_format": "json", "language": "en"}
    before = site.tries
    site.asked.clear()
    await transcribe(memo, site, "openai/mine", hints=HINTS)
    assert site.tries - before == len(site.asked)


async def test_a_server_that_reads_no_opus_gets_flac_and_then_wav(serve, transcribe, memo):
    unreadable = error(400, "FFmpeg conversion failed")
    site = serve(faults=[unreadable, unreadable])
    told = await transcribe(memo, site, "openai/whisper-1", most=60)
    assert {asked.codec for asked in site.asked} == {"pcm_s16le"}
    assert told.segments
    site.asked.clear()
    await transcribe(memo, site, "openai/whisper-1", most=60)
    assert {asked.codec for asked in site.asked} == {"pcm_s16le"}


async def test_a_chat_model_is_given_half_minutes_of_wav(serve, transcribe, memo):
    site = serve()
    told = await transcribe(memo, site, "chat/microsoft/Phi-4-multimodal-instruct", hints=HINTS)
    assert all(asked.seconds <= 30.1 for asked in site.asked)
    assert {asked.codec for asked in site.asked} == {"pcm_s16le"}
    body = site.asked[0].body
    assert body["model"] == "microsoft/Phi-4-multimodal-instruct"
    question = body["messages"][0]["content"][1]["text"]
    assert question.startswith("Transcribe the audio clip into text.")
    assert "English" in question
    assert "Anna Miller" in question
    assert len(told.segments) == len(site.asked)
    assert told.segments[-1].end == pytest.approx(told.duration, abs=3)


async def test_two_requests_are_under_way_and_the_first_one_goes_alone(serve, transcribe, memo):
    site = serve(seconds=0.1)
    told = await transcribe(memo, site, most=20)
    assert site.most == 2
    assert site.times[1] - site.times[0] >= 0.1
    assert [s.start for s in told.segments] == sorted(s.start for s in told.segments)


async def test_silence_is_not_sent(serve, transcribe, tmp_path):
    site = serve()
    told = await transcribe(write_sound(tmp_path / "a.wav", np.zeros(RATE * 60), RATE), site)
    assert site.tries == 0
    assert told.segments == []


PIECE = Exported(
    job=1, path="", begin=100.0, length=30.0, start=101.0, end=129.0, pauses=((110.0, 111.0),)
)


def answered(segments, text="one two three four", **more):
    return read_answer({"text": text, "segments": segments, **more}, PIECE)


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_times_are_understood_in_every_unit(unit):
    answer = answered(
        [
            {"start": 1 * unit, "end": 15 * unit, "text": " one two"},
            {"start": 15 * unit, "end": 29 * unit, "text": " three four"},
        ]
    )
    assert [(s.text, round(s.start, 6), round(s.end, 6)) for s in answer.segments] == [
        ("one two", 101.0, 115.0),
        ("three four", 115.0, 129.0),
    ]
    assert answer.segments[0].pauses == ((110.0, 111.0),)


@pytest.mark.parametrize(
    "segments",
    [
        None,
        [],
        "none",
        [{"text": "one two three four"}],
        [{"start": "0", "end": "5", "text": "one two three four"}],
        [{"start": 5, "end": 1, "text": "one two three four"}],
        [{"start": -1, "end": 1, "text": "one two three four"}],
        [{"start": 0, "end": 0, "text": "one two three four"}],
        [{"start": 0, "end": 1e30, "text": "one two three four"}],
        [{"start": 9, "end": 9, "text": "three four"}, {"start": 1, "end": 2, "text": "one two"}],
        [{"start": 0, "end": 5, "text": "one"}],
    ],
)
def test_times_that_make_no_sense_cost_no_text(segments):
    assert answered(segments).segments == (
        Segment("one two three four", 101.0, 129.0, pauses=((110.0, 111.0),)),
    )


def test_words_inside_segments_are_found_too():
    answer = answered(
        [
            {
                "start": 1.0,
                "end": 9.0,
                "text": "one two three four",
                "words": [{"word": " one", "start": 1.0, "end": 2.0}],
            }
        ]
    )
    assert answer.segments[0].words == (Word("one", 101.0, 102.0),)


@pytest.mark.parametrize(
    ("answer", "language"),
    [
        ({"language": "english"}, "en"),
        ({"language": "de"}, "de"),
        ({"language": "pt-BR"}, "pt"),
        ({"languages": [{"code": "fr"}]}, "fr"),
        ({"languages": []}, None),
        ({"language": "klingon"}, None),
        ({"language": 7}, None),
    ],
)
def test_the_language_is_read_in_every_form(answer, language):
    assert answered(None, **answer).language == language


@pytest.mark.parametrize("answer", [None, [], "text", {}, {"text": None}, {"error": "no"}])
def test_what_is_no_transcript_is_none(answer):
    assert read_answer(answer, PIECE) is None


def test_a_server_cannot_command_the_terminal():
    (segment,) = answered(None, text="one\x1b[2J\x07two\u009b31m\n three").segments
    assert segment.text == "one [2J two 31m three"


def test_an_empty_text_is_no_segment():
    assert answered([{"start": 0, "end": 2, "text": " "}], text=" ").segments == ()


async def test_a_transcript_that_was_cut_is_asked_for_again_and_told(serve, transcribe, memo):
    heard = set()

    def first_cut(asked):
        again = asked.seconds in heard
        heard.add(asked.seconds)
        return "word " * (100 if again else 5)

    site = serve(say=first_cut)
    told = await transcribe(memo, site)
    assert told.doubts == []
    long = [segment for segment in told.segments if speech_in(segment) > 30]
    assert len(long) >= 2
    assert all(len(segment.text.split()) == 100 for segment in long)
    site.say = lambda _: "Only this."
    told = await transcribe(memo, site, keep=False)
    assert [(d.kind, d.start, d.end) for d in told.doubts] == [
        ("sparse", segment.start, segment.end) for segment in long
    ]
    assert told.segments[0].text == "Only this."


def speech_in(segment):
    return segment.end - segment.start - sum(end - start for start, end in segment.pauses)
