"""Who can forbid that a recording leaves the machine."""

import pytest

from cuttledoc.cloud import consent
from cuttledoc.cloud.address import server
from cuttledoc.errors import CloudError
from cuttledoc.models.elsewhere import cloud_model

OPENAI = server("https://api.openai.com/v1")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntranscribe: local\n---\n# A\n",
        "---\r\ntitle: A\r\ntranscribe: local\r\n---\r\nText\r\n",
        "---\ntitle: A\n\ntranscribe:   'local'   # private\n...\nText",
        '\ufeff---\n"transcribe": "local"\n---',
        "---\nTranscribe: LOCAL\n---\n",
        '+++\ntitle = "A"\ntranscribe = "local"\n+++\n',
        "---\ntags:\n  - a\n  - b\ntranscribe: local\n---\n",
    ],
)
def test_front_matter_that_forbids(text):
    assert consent.forbids(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# A\n\n---\ntranscribe: local\n---\n",
        "---\ntranscribe: anywhere\n---\n",
        "---\nnote: do not transcribe: local\n---\n",
        "---\ntitle: A\n---\ntranscribe: local\n",
        "---\ntranscribe: locally\n---\n",
    ],
)
def test_front_matter_that_does_not(text):
    assert not consent.forbids(text)


def test_a_document_that_forbids_is_named(tmp_path):
    with pytest.raises(CloudError) as caught:
        consent.check_document(tmp_path / "a.md", "---\ntranscribe: local\n---\n")
    assert caught.value.code == "cloud-local"
    assert "a.md” says that recordings are transcribed on this machine alone." in str(caught.value)


@pytest.mark.parametrize(
    "text", ['transcribe = "local"', 'transcribe = "Local"', "not toml at all"]
)
def test_a_folder_keeps_what_is_below_it(tmp_path, text):
    recording = tmp_path / "a" / "b" / "memo.ogg"
    consent.check_folders(recording)
    (tmp_path / ".cuttledoc.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CloudError) as caught:
        consent.check_folders(recording)
    assert caught.value.code == "cloud-local"


def test_a_folder_can_forbid_and_never_allow(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / ".cuttledoc.toml").write_text('transcribe = "local"', encoding="utf-8")
    (tmp_path / "a" / ".cuttledoc.toml").write_text('transcribe = "cloud"', encoding="utf-8")
    with pytest.raises(CloudError):
        consent.check_folders(tmp_path / "a" / "memo.ogg")


@pytest.mark.parametrize(
    ("model", "where", "lengths", "told"),
    [
        ("openai", OPENAI, [600, 1680], "2 recordings, 38 min, about $0.17, to api.openai.com"),
        ("openai", OPENAI, [20], "1 recording, 20 s, less than $0.01, to api.openai.com"),
        (
            "openai/x",
            server("http://localhost:8000/v1"),
            [90],
            "1 recording, 2 min, price unknown, to localhost:8000",
        ),
    ],
)
def test_what_would_be_sent_is_told(model, where, lengths, told):
    assert str(consent.upload(cloud_model(model), where, lengths)) == told
