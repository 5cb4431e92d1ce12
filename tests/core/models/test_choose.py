"""Which recogniser serves a recording, and why."""

import pytest

from cuttledoc.errors import ModelError, SettingsError
from cuttledoc.models.choose import choose
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings


@pytest.fixture
def there(installed_models):
    return Store(installed_models)


@pytest.mark.parametrize("language", [None, "auto"])
def test_without_a_language_it_is_the_default(there, language):
    choice = choose(Settings(), language, there)
    assert (choice.model.id, choice.language) == ("moonshine-tiny-en", "en")
    assert choice.reason == "It is the default model."


@pytest.mark.parametrize("language", ["en", "EN", "en-GB", "en_US", " en "])
def test_a_language_is_understood_in_its_usual_forms(there, language):
    choice = choose(Settings(), language, there)
    assert choice.language == "en"
    assert choice.reason == "It knows en (English) and is installed."


def test_a_model_that_is_not_there_is_announced(store):
    choice = choose(Settings(), "en", store)
    assert choice.reason == "It knows en (English) and has to be downloaded first."


def test_a_named_model_wins(there):
    choice = choose(Settings(model="moonshine-tiny-en"), None, there)
    assert choice.reason == "You asked for it."


def test_a_named_model_has_to_know_the_language(there):
    with pytest.raises(ModelError, match=r"does not know de \(German\); it knows en") as caught:
        choose(Settings(model="moonshine-tiny-en"), "de", there)
    assert caught.value.code == "model-language"


def test_a_detector_is_no_recogniser(there):
    with pytest.raises(ModelError, match="does not transcribe") as caught:
        choose(Settings(model="silero-vad"), None, there)
    assert caught.value.code == "model-kind"


def test_a_name_that_does_not_exist_is_unknown(there):
    with pytest.raises(ModelError, match="no model named") as caught:
        choose(Settings(model="moonshine"), None, there)
    assert caught.value.code == "model-unknown"


def test_a_language_that_no_model_knows_names_those_that_work(there):
    with pytest.raises(ModelError, match=r"No model knows fr \(French\)") as caught:
        choose(Settings(), "fr", there)
    assert caught.value.code == "model-language-none"
    assert caught.value.hint == "Languages that work: en (English)."


@pytest.mark.parametrize("language", ["xx1", "klingon", "e", "xx", "-", "日本語"])
def test_what_is_no_language_is_refused(there, language):
    with pytest.raises(SettingsError, match="is no language code") as caught:
        choose(Settings(), language, there)
    assert caught.value.code == "language-unknown"


def test_a_language_by_its_name_gets_its_code(there):
    with pytest.raises(SettingsError, match=r"Did you mean de \(German\)\?"):
        choose(Settings(), "german", there)
