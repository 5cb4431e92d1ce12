"""What a client can set: a camelCase face of the core's settings, and a few of the server's own.

Order, the later one wins: defaults < the user's file < environment < initialization options <
``workspace/configuration``. In most editors the last one holds what a workspace's own files say,
and a workspace comes from anywhere. So what names folders, or where something is fetched from, is
taken from the user's own places only: file, environment, initialization options. See
docs/security.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta

from cuttledoc.errors import CuttledocError, ModelError, SettingsError
from cuttledoc.settings import Cloud, Settings, SourceKind, Style, Timestamps, load_settings

SECTION = "cuttledoc"
"""Name of the section of the client's configuration."""


class Insert(StrEnum):
    """When a transcript comes into the document."""

    WHOLE = "whole"
    STREAMING = "streaming"


class Waveform(StrEnum):
    """How a hover draws a recording."""

    AUTO = "auto"
    IMAGE = "image"
    TEXT = "text"
    OFF = "off"


class ClientSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The settings as a client sends them; None for what it leaves to the layers below.

    Attributes:
        model: Id of the model to use, or ``auto`` to choose by language.
        language: ISO 639-1 code of the speech, or ``auto``.
        vocabulary: Names and jargon that models are told, where they can be.
        style: How a transcript stands in a document.
        timestamps: Which pieces of a transcript begin with their time.
        insert: When a transcript comes into the document: once, or paragraph by paragraph.
        jobs: How many recordings, and pieces of speech, are worked on at once.
        idle_seconds: How long the worker stays warm without work, in seconds.
        cache_megabytes: Size the transcript cache may reach, in megabytes.
        code_lens: Whether there are lenses above links.
        inlay_hints: Whether links show how long their recording is.
        waveform: How a hover draws a recording; ``auto`` asks what the editor can show.
        client_commands: Commands of the editor's own that hovers and lenses may call.
        status_notifications: Whether the server tells by itself when its status changes.
        sources: Where models are fetched from, in the order tried.
        mirror: Base URL that stands in for the release page of model archives.
        cloud: Whether recordings may be sent to a server, for models that run on one.
        cloud_url: Base URL of that server.
        cloud_seconds: The longest piece of a recording that is sent at once, in seconds.
        models_dir: Folder of the installed models.
        cache_dir: Folder of the finished transcripts.
    """

    model: str | None = None
    language: str | None = None
    vocabulary: tuple[str, ...] | None = None
    style: Style | None = None
    timestamps: Timestamps | None = None
    insert: Insert | None = None
    jobs: Annotated[int, Meta(ge=1, le=256)] | None = None
    idle_seconds: Annotated[float, Meta(ge=0)] | None = None
    cache_megabytes: Annotated[int, Meta(ge=0)] | None = None
    code_lens: bool | None = None
    inlay_hints: bool | None = None
    waveform: Waveform | None = None
    client_commands: tuple[str, ...] | None = None
    status_notifications: bool | None = None
    sources: tuple[SourceKind, ...] | None = None
    mirror: str | None = None
    cloud: Cloud | None = None
    cloud_url: str | None = None
    cloud_seconds: Annotated[float, Meta(ge=10, le=1200)] | None = None
    models_dir: str | None = None
    cache_dir: str | None = None


TRUSTED = frozenset(
    {
        "sources",
        "mirror",
        "cloud",
        "cloud_url",
        "cloud_seconds",
        "models_dir",
        "cache_dir",
        "client_commands",
        "status_notifications",
    }
)
"""Settings that are never taken from ``workspace/configuration``."""


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """All that a session runs with.

    Attributes:
        core: The core's settings.
        insert: When a transcript comes into the document.
        code_lens: Whether there are lenses above links.
        inlay_hints: Whether links show how long their recording is.
        waveform: How a hover draws a recording.
        client_commands: Commands of the editor's own that hovers and lenses may call.
        status_notifications: Whether the server tells by itself when its status changes.
    """

    core: Settings
    insert: Insert = Insert.WHOLE
    code_lens: bool = True
    inlay_hints: bool = False
    waveform: Waveform = Waveform.AUTO
    client_commands: tuple[str, ...] = ()
    status_notifications: bool = False


class Merged(msgspec.Struct, frozen=True):
    """The outcome of merging the layers.

    Attributes:
        settings: What holds.
        problems: One sentence for the user about each value that is not used.
    """

    settings: ServerSettings
    problems: tuple[str, ...]


def merge(
    *, environment: Mapping[str, str], file: Path | None, options: Any, configuration: Any
) -> Merged:
    """Merge the layers; a value that cannot be used is told, and the one below it holds.

    Args:
        environment: The process's environment.
        file: The user's settings file; it need not exist.
        options: What came as ``initializationOptions``.
        configuration: What came by ``workspace/configuration`` or ``didChangeConfiguration``.
    """
    problems: list[str] = []
    core = _base(environment, file, problems)
    values = _checked(options, problems, trusted=True)
    values |= _checked(configuration, problems, trusted=False)
    own = {name: values.pop(name) for name in _OWN if name in values}
    for name in ("models_dir", "cache_dir"):
        if name in values:
            values[name] = Path(values[name]).expanduser()
    settings = ServerSettings(core=msgspec.structs.replace(core, **values), **own)
    return Merged(settings, tuple(dict.fromkeys(problems)))


class Layers:
    """The layers as they come in a session.

    Args:
        environment: The process's environment.
        file: The user's settings file; None for none.
    """

    def __init__(self, environment: Mapping[str, str], file: Path | None) -> None:
        self._environment = environment
        self._file = file
        self._options: Any = None
        self._told: set[str] = set()
        self._merged = self._merge(None)

    @property
    def settings(self) -> ServerSettings:
        """What holds now."""
        return self._merged.settings

    def take(self, *, options: Any = None, configuration: Any = None) -> None:
        """Heed what the client sends; options stay, a configuration replaces the last one."""
        self._options = options if options is not None else self._options
        self._merged = self._merge(configuration)

    def new_problems(self) -> list[str]:
        """One sentence for the user about each value that is not used; each only once."""
        new = [one for one in self._merged.problems if one not in self._told]
        self._told.update(new)
        return new

    def _merge(self, configuration: Any) -> Merged:
        return merge(
            environment=self._environment,
            file=self._file,
            options=self._options,
            configuration=configuration,
        )


def _base(environment: Mapping[str, str], file: Path | None, problems: list[str]) -> Settings:
    """The layers that the command line has too; one that is wrong is left out."""
    for layers in ((environment, file), (environment, None), ({}, file)):
        try:
            return load_settings(environment=layers[0], file=layers[1]).settings
        except SettingsError as error:
            problems.append(str(error))
    return Settings()


_TYPES = get_type_hints(ClientSettings, include_extras=True)
_OWN = tuple(name for name in ServerSettings.__struct_fields__ if name != "core")
_WIRE = {field.encode_name: field.name for field in msgspec.structs.fields(ClientSettings)}


def _checked(given: Any, problems: list[str], *, trusted: bool) -> dict[str, Any]:
    """The values of one layer that can be used, by the core's names."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        problems.append(f"The settings “{SECTION}” are no object with settings in it: {given!r}.")
        return {}
    values: dict[str, Any] = {}
    for wire, value in given.items():
        name = _WIRE.get(wire)
        if name is None or value is None:
            continue  # an editor's plugin has settings of its own in the same section
        if not trusted and (name in TRUSTED or _is_elsewhere(name, value)):
            if value not in ("", [], False):
                problems.append(
                    f"The setting “{SECTION}.{wire}” is only taken from your own settings "
                    "(initialization options, the settings file or the environment), "
                    "not from a workspace."
                )
            continue
        if value == "" and name in TRUSTED:
            continue
        try:
            values[name] = _known(name, msgspec.convert(value, _TYPES[name]))
        except (msgspec.ValidationError, CuttledocError) as error:
            problems.append(
                f"The setting “{SECTION}.{wire}” cannot be {value!r}: {_allowed(name, error)} "
                "The default is used."
            )
    return values


def _is_elsewhere(name: str, value: Any) -> bool:
    """Whether a value names a model on a server: to send recordings there costs money."""
    from cuttledoc.models.elsewhere import Dialect

    return name == "model" and isinstance(value, str) and value.split("/")[0] in set(Dialect)


def _known(name: str, value: Any) -> Any:
    """The value, if it is a name that the core knows."""
    if name == "model" and value != "auto":
        from cuttledoc.models.catalogue import find_model

        find_model(value)
    if name == "language" and value != "auto":
        from cuttledoc.models.languages import language_code

        return language_code(value)
    return value


_CHOICES: dict[str, type[StrEnum]] = {
    "style": Style,
    "timestamps": Timestamps,
    "insert": Insert,
    "waveform": Waveform,
    "sources": SourceKind,
    "cloud": Cloud,
}


def _allowed(name: str, error: Exception) -> str:
    if name in _CHOICES:
        return f"allowed are {', '.join(_CHOICES[name])}."
    if isinstance(error, ModelError):
        from cuttledoc.models.catalogue import ModelKind, catalogue

        known = [model.id for model in catalogue().values() if model.kind is ModelKind.RECOGNISER]
        return f"allowed are auto, {', '.join(known)}."
    if isinstance(error, CuttledocError):
        return str(error)
    return f"{str(error).replace('`', '')}."
