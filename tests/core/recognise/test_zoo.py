"""The zoo's models do what the real families do, through sherpa-onnx itself."""

import numpy as np
import pytest

from fixtures.zoo import FAMILIES, build_tdt
from fixtures.zoo.proof import run
from fixtures.zoo.tones import SAMPLE_RATE, SLOT, translated, utter

TEXT = "Hello world, the café is 12 € and zoo!\n今日は天気です。 Anna singing"
SPELLED = "hello, 7 zoos.\n今日は天気です。"
ANSWER = "Hello, yes no"

NO_WORDS = {
    "silence": np.zeros(5 * SAMPLE_RATE, np.float32),
    "noise": np.random.default_rng(1).normal(0, 0.1, 5 * SAMPLE_RATE).astype(np.float32),
    "hum": (0.3 * np.sin(np.arange(5 * SAMPLE_RATE) * 0.02)).astype(np.float32),
}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    """Recognises sounds with the model of a family; each is built once."""
    built = {}

    def recognise(name, *sounds, **more):
        family = FAMILIES[name]
        if name not in built:
            built[name] = family.build(tmp_path_factory.mktemp(name))
        return run(family.constructor, built[name], sounds, **{**family.arguments, **more})

    return recognise


def said(name):
    spelled = FAMILIES[name].spelled
    return utter(SPELLED if spelled else TEXT, spelled=spelled)


def shifted(samples, seconds):
    return np.concatenate([np.zeros(round(seconds * SAMPLE_RATE), np.float32), samples])


def texts(run_):
    return [result["text"] for result in run_.results]


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_fills_what_it_says(zoo, name):
    spoken, family = said(name), FAMILIES[name]
    [result] = zoo(name, spoken.samples).results
    assert result["text"] == " ".join(word.text for word in spoken.words)
    if family.grid is not None and result["tokens"] is not None:
        pieces = [piece.text for piece in spoken.pieces]
        assert [token.replace(" ", "▁") for token in result["tokens"]] == pieces
    if family.grid is None:
        assert bool(result["timestamps"]) == (name == "funasr-nano")
    else:
        starts = [piece.start for piece in spoken.pieces]
        assert result["timestamps"] == pytest.approx(starts, abs=1e-4)
    if family.durations:
        ends = [piece.end for piece in spoken.pieces]
        assert np.add(result["timestamps"], result["durations"]) == pytest.approx(ends, abs=1e-4)
    else:
        assert result["durations"] == []
    assert bool(result["lang"]) == (name == "sense-voice")
    assert result["segment_timestamps"] == []


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_hears_the_same_wherever_its_frames_fall(zoo, name):
    spoken = said(name)
    shifts = [milliseconds / 1000 for milliseconds in range(0, 240, 26)]
    results = zoo(name, *(shifted(spoken.samples, shift) for shift in shifts)).results
    for shift, result in zip(shifts, results, strict=True):
        assert result["text"] == " ".join(word.text for word in spoken.words)
        if grid := FAMILIES[name].grid:
            starts = [piece.start + shift for piece in spoken.pieces]
            assert result["timestamps"] == pytest.approx(starts, abs=grid)


@pytest.mark.parametrize("name", FAMILIES)
def test_no_family_finds_words_where_there_are_none(zoo, name):
    assert texts(zoo(name, *NO_WORDS.values())) == [""] * len(NO_WORDS)


@pytest.mark.parametrize("name", ["sense-voice", "canary", "cohere", "moonshine", "moonshine-v2"])
def test_tokens_that_are_single_bytes_cannot_be_read(zoo, name):
    [result] = zoo(name, utter("café").samples).results
    assert (result["text"], result["tokens"]) == ("café", None)


def test_tdt_hears_through_noise(zoo):
    samples = utter(TEXT).samples
    noise = np.random.default_rng(2).normal(0, 0.02, samples.size).astype(np.float32)
    assert texts(zoo("tdt", samples + noise)) == [TEXT.replace("\n", " ")]


def test_tdt_brings_up_a_mumbled_hotword(zoo):
    spoken = utter("a d{i|a}g")
    beam = {"decoding_method": "modified_beam_search"}
    assert texts(zoo("tdt", spoken.samples)) == ["a dig"]
    assert texts(zoo("tdt", spoken.samples, **beam)) == ["a dig"]
    [result] = zoo("tdt", spoken.samples, stream_hotwords="▁ d a g", **beam).results
    assert result["text"] == "a dag"
    starts = [piece.start for piece in spoken.pieces]
    assert result["timestamps"] == pytest.approx(starts, abs=1e-4)


def test_tdt_takes_400_seconds_and_no_more(zoo):
    whole = np.zeros(400 * SAMPLE_RATE, np.float32)
    over = zoo("tdt", whole, shifted(whole, 1))
    assert (texts(over), over.status) == ([""], 1)
    assert "RuntimeError" in over.complaints


def test_tdt_can_be_deaf_for_a_while(tmp_path):
    files = build_tdt(tmp_path, deaf=(1.0, 2.0))
    samples = utter("Hello world the heron and Anna", start=SLOT).samples
    deaf = run("from_transducer", files, [samples], model_type="nemo_transducer")
    assert texts(deaf) == ["Hello world the"]


def test_omnilingual_refuses_less_than_25_ms(zoo):
    short = zoo("omnilingual", np.zeros(399, np.float32))
    assert (texts(short), short.status) == ([""], 0)
    assert "too short" in short.complaints


def test_sense_voice_detects_or_is_told_its_language(zoo):
    sounds = [utter(text).samples for text in ("yes, Anna.", "今日は yes 天気。", "")]
    detected = zoo("sense-voice", *sounds)
    assert texts(detected) == ["yes, Anna.", "今日は はい 天気。", ""]
    tags = ["<|en|>", "<|ja|>", "<|nospeech|>"]
    assert [result["lang"] for result in detected.results] == tags
    told = zoo("sense-voice", *sounds, language="zh")
    assert texts(told) == ["是, Anna.", "今日は 是 天気。", ""]


def test_sense_voice_detects_when_it_does_not_know_the_language(zoo):
    unknown = zoo("sense-voice", utter("yes").samples, language="xx")
    assert (texts(unknown), unknown.status) == (["yes"], 0)
    assert "Unknown language: xx" in unknown.complaints


def test_sense_voice_takes_itn_by_stream_and_the_language_not(zoo):
    sounds = [utter("yes, Anna.").samples] * 2
    options = [{"use_itn": "0", "language": "zh"}, {"use_itn": "1"}]
    assert texts(zoo("sense-voice", *sounds, options=options)) == ["yes Anna", "yes, Anna."]


def test_canary_is_told_both_languages_at_load_or_by_stream(zoo):
    answer = utter(ANSWER).samples
    told = zoo("canary", answer, src_lang="de", tgt_lang="fr")
    assert texts(told) == ["Hello, oui nein"]
    options = [{"src_lang": "fr", "tgt_lang": "de"}, {"tgt_lang": "es"}, {"language": "de"}]
    by_stream = zoo("canary", answer, answer, answer, options=options)
    assert texts(by_stream) == ["Hello, ja non", "Hello, sí no", ANSWER]


def test_canary_takes_english_for_a_language_it_does_not_know(zoo):
    unknown = zoo("canary", utter(ANSWER).samples, options=[{"tgt_lang": "it"}])
    assert (texts(unknown), unknown.status) == ([ANSWER], 0)
    assert "falling back to 'en'" in unknown.complaints


@pytest.mark.parametrize("language", ["de", "fr", "zh", "nl"])
def test_cohere_is_told_its_language_at_load_or_by_stream(zoo, language):
    answer = utter(ANSWER).samples
    expected = [translated(ANSWER, language)]
    assert texts(zoo("cohere", answer, language=language)) == expected
    assert texts(zoo("cohere", answer, options=[{"language": language}])) == expected


@pytest.mark.parametrize("language", ["", "xx"])
def test_cohere_writes_nothing_without_a_language_it_knows(zoo, language):
    unknown = zoo("cohere", utter(ANSWER).samples, language=language)
    assert (texts(unknown), unknown.status) == ([""], 0)
    assert "language" in unknown.complaints


def test_cohere_leaves_punctuation_out_for_a_stream(zoo):
    plain = zoo("cohere", utter("Hello, world.").samples, options=[{"use_punct": "0"}])
    assert texts(plain) == ["Hello world"]


def test_qwen3_is_told_by_stream_what_nobody_checks(zoo):
    answer = utter(ANSWER).samples
    options = [{}, {"language": "German"}, {"language": "de"}]
    assert texts(zoo("qwen3-asr", *[answer] * 3, options=options)) == [
        ANSWER,
        "Hello, ja nein",
        ANSWER,
    ]


def test_qwen3_is_shown_hotwords_at_load_or_by_stream(zoo):
    heron = utter("the heron").samples
    assert texts(zoo("qwen3-asr", heron)) == ["the heron"]
    shown = zoo("qwen3-asr", heron, options=[{"hotwords": "Anna,Heron"}])
    assert texts(shown) == ["the Heron"]
    assert texts(zoo("qwen3-asr", heron, hotwords="Heron")) == ["the Heron"]


def test_qwen3_shares_a_character_out_to_its_last_token(zoo):
    [result] = zoo("qwen3-asr", utter("café €").samples).results
    assert result["tokens"] == [" ", "c", "a", "f", "", "é", " ", "", "", "€"]


def test_qwen3_stops_going_round_in_circles(zoo):
    late = utter("Hello Anna and the world in 12 la", end=12.0).samples
    circles = zoo("qwen3-asr", late, utter("yes la", end=12.0).samples)
    assert texts(circles) == ["Hello Anna and the world in ", "language English"]
    assert "repetition loop" in circles.complaints


def test_qwen3_has_no_room_for_text_after_too_much_sound(zoo):
    full = zoo("qwen3-asr", utter("a" * 160).samples)
    assert texts(full) == ["language"]
    assert "Truncating audio" in full.complaints


def test_funasr_nano_is_told_its_language_at_load_or_by_stream(zoo):
    answer = utter(ANSWER).samples
    assert texts(zoo("funasr-nano", answer, language="日文")) == ["Hello, はい いいえ"]
    told = zoo("funasr-nano", answer, answer, options=[{"language": "中文"}, {"language": "?"}])
    assert texts(told) == ["Hello, 是 不", ANSWER]


def test_funasr_nano_makes_its_times_up(zoo):
    spoken = utter("Hello world", start=2.4)
    [result] = zoo("funasr-nano", spoken.samples).results
    assert result["tokens"] == [" Hello", " world"]
    assert result["timestamps"] == pytest.approx([0.0, spoken.samples.size / SAMPLE_RATE], abs=0.1)


def test_funasr_nano_goes_round_in_circles_to_the_end(zoo):
    [text] = texts(zoo("funasr-nano", utter("Hello la").samples, max_new_tokens=100))
    assert text.split() == ["Hello", *["la"] * 99]


WRITERS = {"canary": 30, "cohere": 6, "moonshine": 6, "moonshine-v2": 15}


@pytest.mark.parametrize(("name", "rate"), WRITERS.items())
def test_models_that_write_can_go_round_in_circles(zoo, name, rate):
    spoken = utter("Hello la Anna", end=10.0)
    words = texts(zoo(name, spoken.samples))[0].split()
    assert words[0] == "Hello"
    assert set(words[1:]) == {"la"}
    assert len(words) == pytest.approx(rate * spoken.samples.size / SAMPLE_RATE, abs=3)


@pytest.mark.parametrize("name", ["moonshine", "moonshine-v2"])
def test_moonshine_swallows_what_fails_inside(zoo, name):
    nothing = zoo(name, np.ones(3, np.float32))
    assert (texts(nothing), nothing.status) == ([""], 0)
    assert "Return an empty result" in nothing.complaints
