"""Settings: typed once, documented once, merged from four layers.

Order, the later one wins: defaults < user file < environment < the call itself. The user file
is ``config.toml`` in the platform's settings folder; the environment names a setting as
``CUTTLEDOC_`` and its name in capitals. For each value it is known where it came from.
"""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
import platformdirs
from msgspec import Meta

from cuttledoc.errors import SettingsError

APP = "cuttledoc"
ENVIRONMENT_PREFIX = "CUTTLEDOC_"
CALL = "the call"
"""Where a setting comes from that was given with the call itself."""

DEFAULT_CLOUD_URL = "https://api.openai.com/v1"


class Style(StrEnum):
    """How a transcript stands in a document."""

    QUOTE = "quote"
    CALLOUT = "callout"
    DETAILS = "details"
    PLAIN = "plain"


class Timestamps(StrEnum):
    """Which pieces of a transcript begin with their time."""

    NONE = "none"
    SEGMENT = "segment"
    PARAGRAPH = "paragraph"


class SourceKind(StrEnum):
    """Where a model can be fetched from."""

    PYTHON_PACKAGE = "python-package"
    ARCHIVE = "archive"


class Cloud(StrEnum):
    """Whether recordings may be sent to a server."""

    OFF = "off"
    ASK = "ask"
    ON = "on"


def default_jobs() -> int:
    """Number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a user can set.

    Attributes:
        model: Id of the model to use, or ``auto`` to choose by language.
        language: ISO 639-1 code of the speech, or ``auto``.
        vocabulary: Names and jargon that models are told, where they can be.
        style: How a transcript stands in a document.
        timestamps: Which pieces of a transcript begin with their time.
        jobs: How many processors are used, one for each piece of speech.
        idle_seconds: How long the worker stays warm without work, in seconds.
        sources: Where models are fetched from, in the order tried.
        mirror: Base URL that stands in for the release page of model archives; empty for none.
        cloud: Whether recordings may be sent to a server, for models that run on one.
        cloud_url: Base URL of that server.
        cloud_seconds: The longest piece of a recording that is sent at once, in seconds.
        models_dir: Folder of the installed models.
        cache_dir: Folder of the finished transcripts.
        cache_megabytes: Size the transcript cache may reach, in megabytes.
    """

    model: str = "auto"
    language: str = "auto"
    vocabulary: tuple[str, ...] = ()
    style: Style = Style.QUOTE
    timestamps: Timestamps = Timestamps.NONE
    jobs: Annotated[int, Meta(ge=1, le=256)] = msgspec.field(default_factory=default_jobs)
    idle_seconds: Annotated[float, Meta(ge=0)] = 300.0
    sources: tuple[SourceKind, ...] = (SourceKind.PYTHON_PACKAGE, SourceKind.ARCHIVE)
    mirror: str = ""
    cloud: Cloud = Cloud.OFF
    cloud_url: str = DEFAULT_CLOUD_URL
    cloud_seconds: Annotated[float, Meta(ge=10, le=1200)] = 1200.0
    models_dir: Path = msgspec.field(
        default_factory=lambda: platformdirs.user_data_path(APP, appauthor=False) / "models"
    )
    cache_dir: Path = msgspec.field(
        default_factory=lambda: platformdirs.user_cache_path(APP, appauthor=False) / "transcripts"
    )
    cache_megabytes: Annotated[int, Meta(ge=0)] = 500


class LoadedSettings(msgspec.Struct, frozen=True):
    """Settings, and where each value that is no default came from.

    Attributes:
        settings: The merged values.
        origins: Setting name → the file, variable or option that set it.
    """

    settings: Settings
    origins: dict[str, str]


def user_file() -> Path:
    """Path of the user's settings file; it need not exist."""
    return platformdirs.user_config_path(APP, appauthor=False) / "config.toml"


def load_settings(
    *,
    environment: Mapping[str, str],
    file: Path | None = None,
    call: Mapping[str, Any] | None = None,
) -> LoadedSettings:
    """Merge the layers.

    Args:
        environment: The process's environment.
        file: The user's settings file; None for none. A missing file is an empty one.
        call: Values given with this call, by setting name; None values are left out.

    Raises:
        SettingsError: A layer names an unknown setting or gives a value it cannot take.
    """
    layers = [
        *_file_layer(file),
        *(
            (f"the variable {variable}", name, environment[variable])
            for name in Settings.__struct_fields__
            if environment.get(variable := ENVIRONMENT_PREFIX + name.upper())
        ),
        *((CALL, name, value) for name, value in (call or {}).items() if value is not None),
    ]
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, name, value in layers:
        values[name] = _checked(name, value, origin)
        origins[name] = origin
    return LoadedSettings(Settings(**values), origins)


def _file_layer(file: Path | None) -> list[tuple[str, str, Any]]:
    if file is None:
        return []
    try:
        with file.open("rb") as stream:
            table = tomllib.load(stream)
    except FileNotFoundError:
        return []
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The settings file {file} cannot be read: {error}.",
            hint="Mend the file, or move it away to use the defaults.",
            code="settings-unreadable",
            path=file,
        ) from error
    return [(str(file), name, value) for name, value in table.items()]


_TYPES = get_type_hints(Settings, include_extras=True)


def _checked(name: str, value: Any, origin: str) -> Any:
    """The value in the setting's own type; text as the environment gives it is taken too."""
    if name not in _TYPES:
        raise SettingsError(
            f"{origin} names the setting “{name}”, which does not exist.",
            hint=f"The settings are: {', '.join(sorted(_TYPES))}.",
            code="settings-unknown",
        )
    if name in {"sources", "vocabulary"} and isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return msgspec.convert(
            value, _TYPES[name], strict=not isinstance(value, str), dec_hook=_path
        )
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"The setting “{name}” from {origin} cannot be {value!r}.",
            hint=_allowed(name, error),
            code="settings-invalid",
        ) from error


def _path(kind: type, value: Any) -> Any:
    """Text as a path; msgspec knows none."""
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    raise NotImplementedError(kind)


def _allowed(name: str, error: msgspec.ValidationError) -> str:
    allowed = {
        "style": ", ".join(Style),
        "timestamps": ", ".join(Timestamps),
        "sources": ", ".join(SourceKind),
        "cloud": ", ".join(Cloud),
        "cloud_seconds": "numbers from 10 to 1200",
        "jobs": "whole numbers from 1 to 256",
        "idle_seconds": "numbers from 0",
        "cache_megabytes": "whole numbers from 0",
    }.get(name)
    return f"Allowed are {allowed}." if allowed else f"{error}."
