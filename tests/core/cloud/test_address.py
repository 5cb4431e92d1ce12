"""What users name, and what is known of it."""

from datetime import date

import pytest

from cuttledoc.cloud.address import server
from cuttledoc.cloud.known import abilities, end_notice, price
from cuttledoc.errors import SettingsError
from cuttledoc.models.elsewhere import CloudModel, Dialect, cloud_model

OPENAI = server("https://api.openai.com/v1/")
LOCAL = server("http://localhost:8000/v1")


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("openai", CloudModel(Dialect.OPENAI, "gpt-transcribe")),
        ("openai/whisper-1", CloudModel(Dialect.OPENAI, "whisper-1")),
        ("openai/Systran/faster-whisper", CloudModel(Dialect.OPENAI, "Systran/faster-whisper")),
        ("chat/microsoft/Phi-4", CloudModel(Dialect.CHAT, "microsoft/Phi-4")),
        ("moonshine-tiny-en", None),
        ("auto", None),
        ("openaix", None),
    ],
)
def test_names(text, model):
    assert cloud_model(text) == model
    if model is not None:
        assert cloud_model(model.id) == model


@pytest.mark.parametrize("text", ["openai/", "chat", "chat/", "openai/a b", "chat/" + "x" * 300])
def test_names_of_nothing(text):
    with pytest.raises(SettingsError) as caught:
        cloud_model(text)
    assert caught.value.code == "cloud-model"


@pytest.mark.parametrize(
    ("url", "host", "secure"),
    [
        ("https://api.openai.com/v1", "api.openai.com", True),
        ("http://localhost:8000/v1", "localhost:8000", True),
        ("http://127.0.0.1/v1/", "127.0.0.1", True),
        ("http://[::1]:80/v1", "[::1]:80", True),
        ("http://192.168.1.5:8000/v1", "192.168.1.5:8000", False),
        ("http://localhost.example/v1", "localhost.example", False),
    ],
)
def test_servers(url, host, secure):
    found = server(url)
    assert (found.host, found.secure) == (host, secure)
    assert not found.url.endswith("/")


@pytest.mark.parametrize(
    "url",
    ["", "api.openai.com", "ftp://a/v1", "file:///etc", "http://", "http://a:b/v1", "http://a?x=1"],
)
def test_what_is_no_server(url):
    with pytest.raises(SettingsError) as caught:
        server(url)
    assert caught.value.code == "cloud-url"


def test_a_password_in_an_address_is_refused_and_not_repeated():
    for url in ("https://me:secret@a.example/v1", "ftp://me:secret@a.example/v1"):
        with pytest.raises(SettingsError) as caught:
            server(url)
        assert "secret" not in str(caught.value)


def test_prices_are_openais_own():
    assert price(cloud_model("openai"), OPENAI, 600) == pytest.approx(0.045)
    assert price(cloud_model("openai/gpt-4o-transcribe-diarize"), OPENAI, 600) is None
    assert price(cloud_model("openai"), LOCAL, 600) is None


def test_ends_are_told_before_and_after():
    ending = ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe")
    for name in (*ending, "gpt-4o-transcribe-diarize"):
        model = cloud_model(f"openai/{name}")
        assert end_notice(model, OPENAI, date(2026, 11, 1)) == (
            f"The model {name} ends on 2027-02-26; openai/gpt-transcribe follows it."
        )
        assert " ended on " in end_notice(model, OPENAI, date(2027, 2, 26))
        assert end_notice(model, LOCAL, date(2027, 2, 26)) == ""
    assert end_notice(cloud_model("openai"), OPENAI, date(2027, 2, 26)) == ""


def test_nothing_is_supposed_of_a_model_nobody_knows():
    can = abilities(cloud_model("openai/mine"))
    assert not any((can.prompt, can.keywords, can.times, can.chunking))
    assert can.formats == ("verbose_json", "json")
