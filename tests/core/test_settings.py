"""Settings come from four layers, and it is known from which."""

from pathlib import Path

import pytest

from cuttledoc.errors import SettingsError
from cuttledoc.settings import SourceKind, Style, load_settings


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('style = "plain"\njobs = 3\nmodels_dir = "~/models"\n', encoding="utf-8")
    return path


def test_the_later_layer_wins_and_is_named(file):
    loaded = load_settings(
        environment={"CUTTLEDOC_JOBS": "2", "CUTTLEDOC_SOURCES": "archive, python-package"},
        file=file,
        call={"style": "details", "timestamps": None},
    )
    assert loaded.settings.style is Style.DETAILS
    assert loaded.settings.jobs == 2
    assert loaded.settings.sources == (SourceKind.ARCHIVE, SourceKind.PYTHON_PACKAGE)
    assert loaded.settings.models_dir == Path("~/models").expanduser()
    assert loaded.origins == {
        "style": "the call",
        "jobs": "the variable CUTTLEDOC_JOBS",
        "sources": "the variable CUTTLEDOC_SOURCES",
        "models_dir": str(file),
    }


def test_a_file_that_is_not_there_is_empty(tmp_path):
    assert load_settings(environment={}, file=tmp_path / "none.toml").origins == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("stile = 'quote'", "“stile”"),
        ("style = 'loud'", "quote, callout, details, plain"),
        ("jobs = 0", "from 1"),
        ("jobs = 'two'", "“jobs”"),
        ("sources = ['hub']", "python-package, archive"),
        ("style = ", "cannot be read"),
    ],
)
def test_a_wrong_line_is_told_with_what_is_allowed(tmp_path, line, told):
    path = tmp_path / "config.toml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(environment={}, file=path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
