"""Words that a server sends as it hears them: shown at once, and never kept by halves."""

import itertools
import threading
import time

import pytest

from cuttledoc.engine import Engine, Stage
from cuttledoc.errors import CloudError
from cuttledoc.partial import Partial, last_words
from cuttledoc.settings import Cloud, Settings
from cuttledoc.worker.protocol import Recognised
from fixtures.openai_server import KEY, error, stops

SAID = "Größe und Maß: „erst“ das Wasser, dann das Mehl, zuletzt 雪の日 das Salz."


async def test_words_come_before_their_piece_and_only_of_the_piece_that_is_next(
    serve, transcribe, memo
):
    numbers = itertools.count()
    site = serve(say=lambda _: f"piece{next(numbers)} {SAID}")
    site.between = lambda _: time.sleep(0.01)  # two pieces are spoken at once
    told = await transcribe(memo, site, most=30)
    assert len(told.segments) == len(site.asked) > 3
    runs = [
        list(run)
        for is_partial, run in itertools.groupby(
            (e for e in told.events if isinstance(e, Partial | Recognised)),
            lambda event: isinstance(event, Partial),
        )
        if is_partial
    ]
    assert runs
    segments = [segment.text for segment in told.segments]
    for run in runs:
        (whole,) = [text for text in segments if text.startswith(run[0].text.split()[0] + " ")]
        assert all(whole.startswith(partial.text) for partial in run)
        assert [len(p.text) for p in run] == sorted({len(p.text) for p in run})


@pytest.mark.parametrize("model", ["gpt-transcribe", "gpt-4o-transcribe-diarize"])
async def test_the_result_is_the_same_as_in_one(serve, transcribe, memo, model):
    streamed = await transcribe(memo, serve(), f"openai/{model}", keep=False)
    site = serve(streams=False)
    plain = await transcribe(memo, site, f"openai/{model}", keep=False)
    assert site.tries == len(site.asked)
    assert streamed.partials
    assert not plain.partials
    assert streamed.segments == plain.segments
    assert streamed.language == plain.language


@pytest.mark.parametrize("model", ["whisper-1", "mine"])
async def test_who_is_not_known_to_stream_is_not_asked_to(serve, transcribe, memo, model):
    site = serve(models={"mine": {"json"}, "whisper-1": {"verbose_json"}})
    told = await transcribe(memo, site, f"openai/{model}")
    assert all("stream" not in asked.fields for asked in site.asked)
    assert told.partials == []


BROKEN = {
    "an answer that ends too soon": stops(),
    "a connection that breaks": stops(ends=False),
    "an error": stops({"type": "error", "error": {"message": "No.", "type": "server_error"}}),
    "an error without a type": stops({"error": {"message": "Slow down", "code": "slow_down"}}),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN.keys())
async def test_half_a_text_is_asked_for_again_and_not_kept(serve, transcribe, memo, waits, fault):
    whole = await transcribe(memo, serve(), keep=False)
    site = serve(faults=[None, fault])
    told = await transcribe(memo, site)
    assert told.segments == whole.segments
    assert site.tries == len(site.asked) + 1
    assert len(waits) == 1


FINAL = {
    "no credit": (
        stops({"error": {"message": "Pay first", "code": "insufficient_quota"}}),
        "cloud-credit",
        "has no credit left (Pay first)",
    ),
    "refused": (
        stops({"type": "error", "message": "a\x1b[2J" + KEY, "code": "invalid_request_error"}),
        "cloud-refused",
        "(a [2J…)",
    ),
}


@pytest.mark.parametrize("final", FINAL.values(), ids=FINAL.keys())
async def test_an_error_in_the_middle_that_does_not_pass_is_one_sentence(
    serve, transcribe, memo, waits, final
):
    fault, code, words = final
    with pytest.raises(CloudError) as caught:
        await transcribe(memo, serve(faults=[fault]))
    assert caught.value.code == code
    assert words in caught.value.message
    assert waits == []


async def test_a_stream_that_always_breaks_is_told(serve, transcribe, memo):
    with pytest.raises(CloudError) as caught:
        await transcribe(memo, serve(faults=[stops()] * 9))
    assert caught.value.code == "cloud-broken"
    assert "the answer ends before the transcript does" in caught.value.message


async def test_a_server_that_refuses_to_stream_is_asked_once(serve, transcribe, memo):
    refused = error(400, "Unknown parameter: 'stream'.", param="stream")
    site = serve(faults=[refused])
    told = await transcribe(memo, site)
    assert told.segments
    assert site.tries == len(site.asked) + 1
    await transcribe(memo, site, keep=False)
    assert all("stream" not in asked.fields for asked in site.asked)


async def test_the_listener_hears_words_while_the_server_still_speaks(
    serve, recordings, installed_models, tmp_path, monkeypatch
):
    heard, updates = threading.Event(), []
    site = serve(say=lambda _: "Water\x1b[2J\x07 first, then flour.")
    site.between = lambda number: heard.wait(60) if number == 1 else None
    monkeypatch.setenv("CUTTLEDOC_API_KEY", KEY)

    def listen(update):
        updates.append(update)
        if "first," in update.partial:
            heard.set()

    settings = Settings(
        model="openai",
        cloud=Cloud.ON,
        cloud_url=site.url,
        models_dir=installed_models,
        cache_dir=tmp_path / "cache",
    )
    async with Engine(settings) as engine:
        result = await engine.transcribe(recordings / "sourdough.mp3", listener=listen)
    assert heard.is_set()
    assert [s.text for s in result.transcript.segments] == ["Water [2J first, then flour."]
    partial = [update for update in updates if update.partial]
    assert all(update.stage is Stage.RECOGNISE and not update.segment for update in partial)
    assert partial[0].partial.startswith("Water [2J")
    assert all(update.partial.isprintable() for update in partial)
    assert not updates[-1].partial


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("", 20, ""),
        ("some words", 10, "some words"),
        ("some words", 9, "…words"),
        ("some words", 6, "…words"),
        ("some words", 5, "…ords"),
        ("some words", 1, ""),
        ("some words", 0, ""),
        ("昨日は雪の日", 7, "…雪の日"),
        ("昨日は雪の日", 12, "昨日は雪の日"),
    ],
)
def test_the_last_words_that_there_is_room_for(text, most, shown):
    assert last_words(text, most) == shown
