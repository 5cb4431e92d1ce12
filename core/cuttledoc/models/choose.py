"""Which recogniser serves a recording."""

import msgspec

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import (
    DEFAULT_RECOGNISER,
    Model,
    ModelKind,
    catalogue,
    find_model,
)
from cuttledoc.models.languages import language_code, named
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings

AUTO = "auto"


class Choice(msgspec.Struct, frozen=True):
    """A recogniser, and why it was taken.

    Attributes:
        model: The recogniser; it may not be installed yet.
        language: ISO 639-1 code of the speech; None where neither user nor model names one.
        reason: One short sentence for the user.
    """

    model: Model
    language: str | None
    reason: str


def choose(settings: Settings, language: str | None, store: Store) -> Choice:
    """Choose the recogniser.

    1. The setting ``model``, if it names one; it has to know the language.
    2. Without a language: the default recogniser.
    3. Those that know the language: an installed one, else the catalogue's first.

    Args:
        settings: ``model`` is heeded, ``language`` is not.
        language: ISO 639-1 code of the speech; None or ``auto`` where nobody named one.
        store: Where models are installed.

    Raises:
        SettingsError: ``language-unknown``.
        ModelError: ``model-unknown``; ``model-kind``: the setting names no recogniser;
            ``model-language``: the named model does not know the language;
            ``model-language-none``: no model does.
    """
    asked = None if language in {None, "", AUTO} else language_code(language or "")
    if settings.model != AUTO:
        return _named(find_model(settings.model), asked)
    if asked is None:
        default = find_model(DEFAULT_RECOGNISER)
        return Choice(default, _only_language(default), "It is the default model.")
    able = [model for model in _recognisers() if _knows(model, asked)]
    if not able:
        raise _none_knows(asked)
    for model in able:
        if _is_there(store, model):
            return Choice(model, asked, f"It knows {named(asked)} and is installed.")
    return Choice(able[0], asked, f"It knows {named(asked)} and has to be downloaded first.")


def _recognisers() -> list[Model]:
    return [model for model in catalogue().values() if model.kind is ModelKind.RECOGNISER]


def _knows(model: Model, language: str) -> bool:
    return not model.languages or language in model.languages


def _only_language(model: Model) -> str | None:
    return model.languages[0] if len(model.languages) == 1 else None


def _is_there(store: Store, model: Model) -> bool:
    try:
        store.get(model.id)
    except ModelError:
        return False
    return True


def _named(model: Model, asked: str | None) -> Choice:
    if model.kind is not ModelKind.RECOGNISER:
        raise ModelError(
            f"The model {model.id} does not transcribe; it is a {model.kind}.",
            hint=f"Set model to auto or to one of: {', '.join(m.id for m in _recognisers())}.",
            code="model-kind",
        )
    if asked is not None and not _knows(model, asked):
        raise ModelError(
            f"The model {model.id} does not know {named(asked)}; "
            f"it knows {', '.join(map(named, model.languages))}.",
            hint="Set model to auto, or name another language.",
            code="model-language",
        )
    return Choice(model, asked or _only_language(model), "You asked for it.")


def _none_knows(asked: str) -> ModelError:
    known = sorted({language for model in _recognisers() for language in model.languages})
    return ModelError(
        f"No model knows {named(asked)}.",
        hint=f"Languages that work: {', '.join(map(named, known))}.",
        code="model-language-none",
    )
