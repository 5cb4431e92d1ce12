"""Servers that fail, refuse or lie: what helps is tried again, all else is one sentence."""

import ssl
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme

from cuttledoc.cloud.address import server
from cuttledoc.cloud.key import FoundKey, Key
from cuttledoc.cloud.refusal import Refusal, as_error, refusal
from cuttledoc.cloud.requests import Patience, Requests
from cuttledoc.errors import CloudError
from cuttledoc.models.elsewhere import cloud_model
from fixtures.openai_server import KEY, cut, error, good, hang

SHORT = Patience(tries=3)


async def fails(run) -> CloudError:
    with pytest.raises(CloudError) as caught:
        await run
    told = str(caught.value)
    assert "\n" not in told
    assert KEY not in told
    return caught.value


PASSING = {
    "429 that says nothing": (error(429, "slow down", code="slow_down"), 0.5, 1.5),
    "429 with seconds": (error(429, "rate limit", retry="7"), 7, 7.7),
    "429 with part of a second": (error(429, "rate limit", retry="0.25"), 0.25, 0.3),
    "500": (error(500, "The server had an error"), 0.5, 1.5),
    "502 with a page": (error(502, body=b"<html>Bad gateway</html>"), 0.5, 1.5),
    "503 with seconds": (error(503, retry="3"), 3, 3.4),
    "a connection that breaks": (cut, 0.5, 1.5),
}


@pytest.mark.parametrize("passing", PASSING.values(), ids=PASSING.keys())
async def test_what_passes_is_tried_again(serve, transcribe, memo, waits, passing):
    fault, least, most = passing
    site = serve(faults=[fault])
    told = await transcribe(memo, site)
    assert len(told.segments) == len(site.asked) == site.tries - 1
    assert len(waits) == 1
    assert least <= waits[0] <= most


async def test_a_date_is_heeded_too(serve, transcribe, memo, waits):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    site = serve(faults=[error(429, retry=soon)])
    await transcribe(memo, site)
    assert 90 <= waits[0] <= 110


async def test_waits_grow_and_are_spread(serve, transcribe, memo, waits):
    site = serve(faults=[error(500)] * 5)
    await transcribe(memo, site)
    assert len(waits) == 5
    assert all(0.5 * 2**n <= wait <= 1.5 * 2**n for n, wait in enumerate(waits))
    assert len({round(wait / 2**n, 3) for n, wait in enumerate(waits)}) == 5


async def test_a_server_that_never_answers_is_left(serve, transcribe, memo, waits):
    site = serve(faults=[hang] * 2)
    patience = Patience(tries=2, answer=-59.0)  # less than the length of a piece
    told = await fails(transcribe(memo, site, patience=patience))
    assert told.code == "cloud-slow"
    assert len(waits) == 1


GONE = {
    "wrong key": (
        error(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key"),
        "cloud-key",
        "does not accept the key from the variable CUTTLEDOC_API_KEY.",
    ),
    "not allowed": (
        error(403, f"Project does not have access to model for {KEY}"),
        "cloud-forbidden",
        "does not allow this (Project does not have access to model for …).",
    ),
    "no credit": (
        error(429, "You exceeded your current quota.", code="insufficient_quota"),
        "cloud-credit",
        "has no credit left (You exceeded your current quota).",
    ),
    "no credit, elsewhere": (
        error(402, "Insufficient balance"),
        "cloud-credit",
        "has no credit left (Insufficient balance).",
    ),
    "model ended": (
        error(404, "The model `x` has been deprecated.", code="model_not_found"),
        "cloud-model-ended",
        "The model gpt-transcribe has ended (The model `x` has been deprecated).",
    ),
    "no such model": (
        error(404, "The model `gpt-transcribe` does not exist.", code="model_not_found"),
        "cloud-model-unknown",
        "has no model gpt-transcribe",
    ),
    "no such address": (
        error(404, body=b"<html>404</html>"),
        "cloud-address",
        "There is nothing to ask for transcripts at http://localhost:",
    ),
    "refused": (error(400, "No.\nNever."), "cloud-refused", "status 400 (No. Never)."),
    "moved": (error(307, body=b"x"), "cloud-moved", "to another address, which is not followed."),
    "a web page": (good(b"<html>Hello</html>"), "cloud-answer", "that is no transcript."),
    "wrong JSON": (good(b'{"text": 7}'), "cloud-answer", "that is no transcript."),
    "broken JSON": (good(b'{"text": "half'), "cloud-answer", "that is no transcript."),
    "more than an answer": (good(b" " * 40_000_000), "cloud-answer", "far more than"),
}


@pytest.mark.parametrize("final", GONE.values(), ids=GONE.keys())
async def test_what_does_not_pass_is_one_sentence_after_one_try(
    serve, transcribe, memo, waits, final
):
    fault, code, words = final
    site = serve(faults=[fault])
    told = await fails(transcribe(memo, site))
    assert (told.code, told.kind, told.exit_status) == (code, "cloud", 7)
    assert words in told.message
    assert told.hint
    assert waits == []
    assert site.tries == 1


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (
            Refusal(status=404, message="It has been shut down", code="model_not_found"),
            "The model whisper-1 has ended on 2027-02-26 (It has been shut down).",
        ),
        (
            Refusal(status=400, message="The model is deprecated"),
            "The model whisper-1 has ended on 2027-02-26 (The model is deprecated).",
        ),
    ],
)
def test_openais_own_end_comes_with_its_day_and_what_follows(refused, message):
    told = as_error(
        refused, cloud_model("openai/whisper-1"), server("https://api.openai.com/v1"), None, "/x"
    )
    assert told.message == message
    assert told.hint == "Use `--model openai/gpt-transcribe`."


def test_a_model_that_is_gone_after_its_day_has_ended(monkeypatch):
    monkeypatch.setattr("cuttledoc.cloud.refusal.date", Later)
    where = server("https://api.openai.com/v1")
    refused = Refusal(status=404, message="The model `whisper-1` does not exist", code="x")
    assert as_error(refused, cloud_model("openai/whisper-1"), where, None, "/x").code == (
        "cloud-model-ended"
    )


class Later:
    @staticmethod
    def today():
        return date(2027, 3, 1)


async def test_a_key_does_not_go_where_others_could_read_it():
    found = FoundKey(Key(KEY), "a test")
    for url, goes in {
        "https://speech.example/v1": True,
        "http://127.0.0.1:8000/v1": True,
        "http://192.168.1.5:8000/v1": False,
        "http://speech.example/v1": False,
    }.items():
        where = server(url)
        async with Requests(where, cloud_model("openai"), found) as requests:
            assert (requests._key is found) == goes
    told = as_error(Refusal(status=401), cloud_model("openai"), where, None, "/x")
    assert "Keys are only sent over https." in told.hint


def test_what_a_server_says_cannot_command_the_terminal():
    body = b'{"error": {"message": "a\\u001b[2J\\u0007b\\u009bc", "code": 7}}'
    assert refusal(400, {}, body, None, now=0).message == "a [2J b c"


async def test_no_key_is_told(serve, transcribe, memo):
    told = await fails(transcribe(memo, serve(), key=""))
    assert told.code == "cloud-no-key"
    assert "wants a key, and there is none" in told.message
    assert "cuttledoc key set" in told.hint


async def test_a_server_that_wants_no_key_gets_none(serve, transcribe, memo):
    site = serve(key=None)
    assert (await transcribe(memo, site, key="")).segments
    assert all("Authorization" not in asked.headers for asked in site.asked)


async def test_a_server_that_goes_on_failing_is_told_after_some_tries(
    serve, transcribe, memo, waits
):
    site = serve(faults=[error(500, "Out of order.")] * 100)
    told = await fails(transcribe(memo, site, patience=SHORT))
    assert told.code == "cloud-failed"
    assert "fails with status 500 (Out of order)" in told.message
    assert site.tries == 3
    assert len(waits) == 2


async def test_a_wait_that_nobody_would_wait_is_told(serve, transcribe, memo, waits):
    site = serve(faults=[error(429, retry="7200")])
    told = await fails(transcribe(memo, site))
    assert "asks to wait 120 minutes" in told.message
    assert waits == []


async def test_a_server_that_is_down(serve, transcribe, memo, waits):
    site = serve()
    told = await fails(transcribe(memo, site, url="http://127.0.0.1:9/v1"))
    assert told.code == "cloud-down"
    assert told.message.startswith("127.0.0.1:9 cannot be reached (")
    assert len(waits) == 2


async def test_a_certificate_nobody_trusts_is_told_and_one_that_is_named_is_trusted(
    serve, transcribe, memo, monkeypatch, tmp_path
):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    site = serve(context)
    told = await fails(transcribe(memo, site))
    assert told.code == "cloud-tls"
    assert "is not safe (" in told.message
    assert "certificate" in told.message
    assert site.tries == 0
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert (await transcribe(memo, site)).segments


async def test_after_a_failure_only_what_is_missing_is_sent(serve, transcribe, memo):
    site = serve()
    whole = await transcribe(memo, site, most=20, keep=False)
    pieces = [asked.seconds for asked in site.asked]
    site.asked.clear()
    site.faults = [None, None, None, None, error(429, "", code="insufficient_quota")]
    assert (await fails(transcribe(memo, site, most=20))).code == "cloud-credit"
    first = [asked.seconds for asked in site.asked]
    assert 4 <= len(first) < len(pieces)
    site.asked.clear()
    resumed = await transcribe(memo, site, most=20)
    assert sorted(first + [asked.seconds for asked in site.asked]) == sorted(pieces)
    assert resumed.segments == whole.segments
    site.asked.clear()
    await transcribe(memo, site, most=20)
    assert len(site.asked) == len(pieces)  # once it is done, nothing is kept


async def test_a_server_that_takes_less_gets_shorter_pieces_and_that_is_remembered(
    serve, transcribe, memo
):
    site = serve(most_bytes=200_000)  # 50 seconds of Opus
    told = await transcribe(memo, site, "openai/whisper-1")
    assert site.tries > len(site.asked)
    assert all(asked.bytes <= 200_000 for asked in site.asked)
    assert sum(asked.seconds for asked in site.asked) == pytest.approx(told.duration, rel=0.1)
    assert len(told.text.split()) == pytest.approx(2.5 * told.duration, rel=0.1)
    site.asked.clear()
    before = site.tries
    await transcribe(memo, site, "openai/whisper-1")
    assert site.tries - before == len(site.asked)


async def test_a_server_that_takes_next_to_nothing_is_told(serve, transcribe, memo):
    told = await fails(transcribe(memo, serve(most_bytes=1_000)))
    assert told.code == "cloud-too-large"
    assert "takes no file of this size (Maximum content size limit (1000)" in told.message


async def test_nothing_is_left_on_disk(serve, transcribe, memo, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    await transcribe(memo, serve(), most=20)
    await fails(transcribe(memo, serve(faults=[None, None, error(401)]), most=20))
    assert list((tmp_path / "tmp").iterdir()) == []
    assert KEY not in "".join(file.read_text("utf-8") for file in tmp_path.rglob("*.json"))
