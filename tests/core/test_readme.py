"""The README says what the code does."""

import re
from pathlib import Path

import click
import msgspec
import pytest

from cuttledoc.cli.transcribe import transcribe
from cuttledoc.errors import ERROR_KINDS
from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, DEFAULT_VAD, find_model
from cuttledoc.settings import ENVIRONMENT_PREFIX, Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("field", msgspec.structs.fields(Settings), ids=lambda field: field.name)
def test_each_setting_has_its_row_with_variable_and_default(field):
    row = rf"\| `{field.name}` \| `{ENVIRONMENT_PREFIX}{field.name.upper()}` \| (.*?) \|"
    found = re.search(row, README)
    assert found, f"no row for {field.name}"
    if field.default not in (msgspec.NODEFAULT, "", ()):
        default = field.default
        told = ",".join(default) if isinstance(default, tuple) else f"{default}".removesuffix(".0")
        assert found[1].strip("`") == told


@pytest.mark.parametrize("option", transcribe.params, ids=lambda option: option.name)
def test_each_option_of_transcribe_is_told(option):
    if isinstance(option, click.Option):
        assert option.opts[-1] in README


def test_the_exit_statuses_are_those_of_the_errors():
    told = re.search(r"^Exit status: (.*)$", README, re.MULTILINE)[1]
    for kind, error in ERROR_KINDS.items():
        word = {"media": "recording", "worker": "worker process"}.get(kind, kind)
        assert re.search(rf"\b{error.exit_status}\b[^·]*\b{word}\b", told), kind


def test_the_sizes_of_the_first_download_are_right():
    models = [find_model(DEFAULT_RECOGNISER), find_model(DEFAULT_VAD)]
    fetched = sum(model.sources[0].bytes for model in models) / 1e6
    kept = sum(model.bytes for model in models) / 1e6
    assert f"({fetched:.0f} MB are downloaded, {kept:.0f} MB stay)" in README
