"""Which recogniser serves a recording, and why."""

import msgspec

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, Measured, Model, ModelKind
from cuttledoc.models.languages import LANGUAGES, language_code, named
from cuttledoc.models.store import InstalledModel, Store
from cuttledoc.settings import Settings

AUTO = "auto"

_DATA = ("FLEURS, 10 clips a language", "FLEURS")
"""The speech on which error rates are compared, each only with those on the same.

The first is the decision record's of the project this one carries on, where all its backends were
measured side by side; the second is what the makers of models publish.
"""

_CLOSE = 1.1
"""Error rates that differ by less than this ratio are alike, and the faster model is taken.

The acceptance rule of the project this one carries on (its ADR-002): 10 % better counts.
"""

_ALL_ROUND = "whisper-base"
"""The smallest model that knows nearly every language, and tells which one is spoken."""

_IDENTIFIES = "whisper"
"""The family that tells which language is spoken."""


class Choice(msgspec.Struct, frozen=True):
    """A recogniser, and why it was taken.

    Attributes:
        model: The recogniser; it may not be installed yet.
        language: ISO 639-1 code of the speech; None where neither user nor model names one.
        reason: One short sentence for the user.
        assumed: Whether the language is taken for granted: nobody named it, and no model that is
            installed could tell.
    """

    model: Model
    language: str | None
    reason: str
    assumed: bool = False


def choose(settings: Settings, language: str | None, store: Store) -> Choice:
    """Choose the recogniser.

    1. The setting ``model``, if it names one; it has to know the language.
    2. With a language: of the installed ones that know it, the one with the lowest measured error
       rate for it; without a measurement they keep the catalogue's order. If none is installed,
       the catalogue's first that knows it.
    3. Without a language: an installed one that knows several, by the number of them; else the
       default recogniser.

    Args:
        settings: ``model`` is heeded, ``language`` is not.
        language: ISO 639-1 code of the speech; None or ``auto`` where nobody named one.
        store: Where models are installed.

    Raises:
        SettingsError: ``language-unknown``.
        ModelError: ``model-unknown``; ``model-kind``: the setting names no recogniser;
            ``model-language``: the named model does not know the language.
    """
    asked = None if language in {None, "", AUTO} else language_code(language or "")
    if settings.model != AUTO:
        return _named(store.find(settings.model), asked, store)
    there = _installed(store)
    if asked is None:
        return _without_language(there, store)
    if able := _able(there, asked):
        return _best(able, asked)
    offered, *_ = _able(_recognisers(store), asked)
    return Choice(offered, asked, f"It knows {named(asked)} and has to be downloaded first.")


def assumption(choice: Choice, user_language: str | None) -> str | None:
    """A sentence for somebody who may well speak another language than is taken for granted.

    The model would make words of its own language out of it, and nothing would look wrong.

    Args:
        choice: What was chosen.
        user_language: ISO 639-1 code of the language of the user's system; None where unknown.
    """
    if not choice.assumed or choice.language is None or user_language in {None, choice.language}:
        return None
    taken, wanted = LANGUAGES[choice.language], LANGUAGES[user_language]
    return (
        f"All speech is taken for {taken}, the only language of {choice.model.id}. "
        f"For {wanted}: `cuttledoc models download {_ALL_ROUND}`."
    )


def identifier(store: Store) -> InstalledModel | None:
    """The smallest installed model that can tell which language is spoken."""
    able = [
        model
        for model in _installed(store)
        if model.family == _IDENTIFIES and len(model.languages) > 1
    ]
    return store.get(min(able, key=lambda model: model.bytes).id) if able else None


def needs_language(settings: Settings, store: Store) -> bool:
    """Whether it makes a difference which language is spoken.

    Raises:
        ModelError: ``model-unknown``.
    """
    if settings.model != AUTO:
        model = store.find(settings.model)
        return len(model.languages) != 1 and not model.is_elsewhere
    there = {model.languages for model in _installed(store)}
    return any(len(languages) != 1 for languages in there) or len(there) > 1


def error_rate(model: Model, language: str, data: str) -> Measured | None:
    """Who measured the model's word error rate for a language on some speech."""
    for measured in model.measured:
        if measured.data == data and language in measured.wer:
            return measured
    return None


def _best(able: list[Model], language: str) -> Choice:
    """The one that makes the fewest errors, on the speech on which most of them were measured."""
    tables = [
        {model.id: found for model in able if (found := error_rate(model, language, data))}
        for data in _DATA
    ]
    rates = max(tables, key=len)
    if not rates:
        return Choice(able[0], language, f"It knows {named(language)} and is installed.")
    lowest = min(measured.wer[language] for measured in rates.values())
    close = [
        model
        for model in able
        if model.id in rates and rates[model.id].wer[language] <= _CLOSE * lowest
    ]
    best = min(close, key=lambda model: _cost(model, rates[model.id]))
    measured = rates[best.id]
    reason = f"Of the installed models it makes the fewest errors in {named(language)}"
    if len(able) == 1:
        reason = f"It knows {named(language)} and is installed"
    return Choice(best, language, f"{reason}: {measured.wer[language]:g} % on {measured.data}.")


def _cost(model: Model, measured: Measured) -> tuple[float, int]:
    """What stands for the time it takes: the measured RTF, or its size where there is none."""
    return (measured.rtf if measured.rtf is not None else float("inf"), model.bytes)


def _without_language(there: list[Model], store: Store) -> Choice:
    several = [model for model in there if len(model.languages) > 1]
    if several:
        widest = max(several, key=lambda model: len(model.languages))
        return Choice(widest, None, "Of the installed models it knows the most languages.")
    default = store.find(DEFAULT_RECOGNISER)
    return Choice(
        default,
        _only_language(default),
        "It is the default model, and takes all speech for English.",
        assumed=True,
    )


def _recognisers(store: Store) -> list[Model]:
    return [model for model in store.models().values() if model.kind is ModelKind.RECOGNISER]


def _installed(store: Store) -> list[Model]:
    return [one.model for one in store.installed() if one.model.kind is ModelKind.RECOGNISER]


def _able(models: list[Model], language: str) -> list[Model]:
    """Those that know a language; one that lists no languages only where no other does."""
    return [model for model in models if language in model.languages] or [
        model for model in models if not model.languages
    ]


def _knows(model: Model, language: str) -> bool:
    return not model.languages or language in model.languages


def _only_language(model: Model) -> str | None:
    return model.languages[0] if len(model.languages) == 1 else None


def _named(model: Model, asked: str | None, store: Store) -> Choice:
    if model.kind is not ModelKind.RECOGNISER:
        names = ", ".join(one.id for one in _recognisers(store))
        raise ModelError(
            f"The model {model.id} does not transcribe; it is a {model.kind}.",
            hint=f"Set model to auto or to one of: {names}.",
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
