"""``:Cuttledoc install`` for real, out of this checkout, and the health page before and after."""

import os
import sys

import pytest

from .conftest import REPOSITORY
from .test_features import script

BARE = "/usr/bin:/bin"


@pytest.fixture
def note(workspace):
    path = workspace / "note.md"
    path.write_text("![count](audio/heron-count.m4a)\n", encoding="utf-8")
    return path


@pytest.fixture
def pip_settings():
    """Where this machine's pip finds packages."""
    return {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}


def health(vim):
    vim.keys(":checkhealth cuttledoc<CR>")
    vim.until(lambda: "Optional ~" in vim.text, "the health page")
    vim.until(lambda: ":Cuttledoc install" in vim.text.partition("Optional ~")[2], "its end")
    text = vim.text
    vim.keys(":bdelete<CR>")
    return text


def setup(package, python=sys.executable):
    return f"require('cuttledoc').setup({{ package = '{package}', python = '{python}' }})"


@pytest.mark.timeout(900)
def test_install_and_the_first_transcript(start, note, home, pip_settings):
    vim = start(note, init=setup(REPOSITORY), env={"PATH": BARE, **pip_settings})
    vim.told("The server is not installed. Type :Cuttledoc install")
    broken = health(vim)
    assert "ERROR The server is not installed." in broken
    assert f"which puts it into {home / 'data' / 'nvim' / 'cuttledoc' / 'venv'}" in broken
    vim.keys(":Cuttledoc install<CR>")
    vim.until(lambda: "is installed and starts" in vim.screen, "the installation", 600)
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: "eleven herons" in vim.text, "the transcript")
    good = health(vim)
    assert ":Cuttledoc install has installed" in good
    assert "as the plugin." in good
    assert "OK The server runs; open documents: 1." in good
    assert "OK The model moonshine-tiny-en is in" in good
    assert "ERROR" not in good
    vim.keys(":Cuttledoc install<CR>")
    vim.told("It is installed already. Install it anew by :Cuttledoc! install")


def test_the_model_is_fetched_after_asking(start, note, home, pip_settings):
    """The first transcription of a new user."""
    vim = start(note, env={"CUTTLEDOC_MODELS_DIR": str(home / "models"), **pip_settings})
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.sees("Download now?")
    vim.keys("1<CR>")
    vim.sees("Downloading the model", 120)
    vim.until(lambda: "eleven herons" in vim.text, "the transcript", 240)


def test_no_model_no_transcript_and_no_nagging(start, note, home):
    vim = start(note, env={"CUTTLEDOC_MODELS_DIR": str(home / "models")})
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.sees("Download now?")
    vim.keys("2<CR>")
    vim.until(lambda: "Download now?" not in vim.screen, "the question is gone")
    assert vim.text == "![count](audio/heron-count.m4a)"
    assert not vim.blocked


def test_an_installation_that_fails_says_why_and_where_to_read_on(start, note, home, tmp_path):
    (tmp_path / "nothing").mkdir()
    vim = start(note, init=setup(tmp_path / "nothing"), env={"PATH": BARE})
    vim.keys(":Cuttledoc install<CR>")
    vim.until(lambda: "The installation failed: ERROR:" in vim.corner, "the reason", 120)
    log = home / "state" / "nvim" / "cuttledoc-install.log"
    assert log.name in vim.corner.replace(" ", "")  # its path may be wrapped
    assert "-m pip install" in log.read_text(encoding="utf-8")
    assert not vim.blocked


def test_without_uv_and_python_it_says_what_is_needed(start, note, home):
    script(home / "bin" / "python3", "exit 1")
    vim = start(note, init=setup("cuttledoc", "python3"), env={"PATH": str(home / "bin")})
    vim.keys(":Cuttledoc install<CR>")
    vim.told("There is neither uv nor Python 3.11 or newer. Install one, or set the option python.")


def test_the_health_page_of_a_broken_server(start, note, home):
    script(home / "bin" / "cuttledoc-lsp", "echo no module named cuttledoc >&2; exit 1")
    vim = start(
        note,
        init="vim.g.cuttledoc = { enabled = false, player = { 'gone' }, nonsense = 1 }",
        env={"PATH": f"{home / 'bin'}:{BARE}"},
    )
    text = health(vim)
    assert "does not work: no module named cuttledoc" in text
    assert "WARNING There is no option “nonsense”" in text
    assert "WARNING The player gone cannot be run." in text
    assert "The server does not start by itself: enabled is false." in text


def test_the_health_page_of_another_version(start, note):
    vim = start(note, init="package.loaded['cuttledoc.version'] = '7.3.0'")
    vim.attached()
    assert "the plugin 7.3.0." in health(vim)
