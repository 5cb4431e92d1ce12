"""The layers of settings, and what is said about values that cannot be used."""

from pathlib import Path

import pytest

from cuttledoc.settings import Settings, Style
from cuttledoc_lsp.settings import TRUSTED, ClientSettings, Insert, merge


def merged(options=None, configuration=None, environment=None, file=None):
    return merge(
        environment=environment or {}, file=file, options=options, configuration=configuration
    )


def test_without_anything_the_defaults_hold():
    outcome = merged()
    assert outcome.problems == ()
    assert outcome.settings.core == Settings()
    assert outcome.settings.insert is Insert.WHOLE


def test_the_configuration_comes_before_options_environment_and_file(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('style = "details"\nlanguage = "en"\njobs = 3\nmodel = "moonshine-tiny-en"\n')
    core = merged(
        {"jobs": 5, "style": "plain"},
        {"style": "callout"},
        {"CUTTLEDOC_JOBS": "4", "CUTTLEDOC_STYLE": "quote", "CUTTLEDOC_LANGUAGE": "de"},
        file,
    ).settings.core
    assert (core.style, core.jobs, core.language) == (Style.CALLOUT, 5, "de")
    assert core.model == "moonshine-tiny-en"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("style", "fancy", "quote, callout, details, plain"),
        ("timestamps", 1, "none, segment, paragraph"),
        ("insert", "slowly", "whole, streaming"),
        ("jobs", 0, ">= 1"),
        ("jobs", "many", "int"),
        ("idleSeconds", -1, ">= 0"),
        ("model", "whisper-giant", "auto, moonshine-tiny-en"),
        ("language", "klingon", "two letters"),
        ("codeLens", "yes", "bool"),
    ],
)
def test_a_wrong_value_is_told_and_the_default_used(name, value, words):
    outcome = merged(configuration={name: value})
    (problem,) = outcome.problems
    assert f"“cuttledoc.{name}”" in problem
    assert words in problem
    assert outcome.settings == merged().settings


def test_a_wrong_value_costs_no_other():
    settings = merged(configuration={"style": "fancy", "jobs": 7}).settings
    assert (settings.core.style, settings.core.jobs) == (Style.QUOTE, 7)


@pytest.mark.parametrize("name", ["mirror", "modelsDir", "cacheDir"])
def test_a_workspace_cannot_name_folders_or_addresses(name):
    outcome = merged(configuration={name: "/elsewhere"})
    assert outcome.settings == merged().settings
    assert "only taken from your own settings" in outcome.problems[0]


def test_a_workspace_cannot_name_sources():
    outcome = merged(configuration={"sources": ["archive"]})
    assert outcome.settings == merged().settings


def test_the_user_can_name_them_in_initialization_options():
    core = merged({"modelsDir": "/m", "sources": ["archive"], "cacheDir": ""}).settings.core
    assert core.models_dir == Path("/m")
    assert core.sources == ("archive",)
    assert core.cache_dir == Settings().cache_dir


def test_settings_of_the_plugin_itself_are_none_of_our_business():
    assert (
        merged(configuration={"serverPath": "/bin/sh", "trace": {"server": "off"}}).problems == ()
    )


@pytest.mark.parametrize("odd", [[], "text", 5, True])
def test_what_is_no_object_is_told(odd):
    assert len(merged(configuration=odd).problems) == 1


def test_a_broken_settings_file_is_told_and_left_out(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("style = ")
    outcome = merged(file=file, environment={"CUTTLEDOC_JOBS": "4"})
    assert outcome.settings.core.jobs == 4
    assert str(file) in outcome.problems[0]


def test_every_core_setting_can_be_set_by_a_client():
    assert set(Settings.__struct_fields__) <= set(ClientSettings.__struct_fields__)
    assert set(ClientSettings.__struct_fields__) >= TRUSTED
