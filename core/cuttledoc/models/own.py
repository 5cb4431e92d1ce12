"""Installs models of the user's that are not in the catalogue."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import msgspec

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import Model, ModelFile, ModelKind, catalogue
from cuttledoc.models.containers import ContainerError, Entry, entries
from cuttledoc.models.gather import copy
from cuttledoc.models.store import ENTRY, InstalledModel, Store, not_recognised, store_errors

LAYOUTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "canary": {"encoder": r"encoder", "decoder": r"decoder", "tokens": r"tokens\.txt$"},
        "cohere-transcribe": {
            "encoder": r"encoder.*\.onnx$",
            "encoder-data": r"encoder.*\.data$",
            "decoder": r"decoder.*\.onnx$",
            "tokens": r"tokens\.txt$",
        },
        "moonshine": {"encoder": r"encoder", "decoder": r"decoder", "tokens": r"tokens\.txt$"},
        "nemo-ctc": {"model": r"model.*\.onnx$", "tokens": r"tokens\.txt$"},
        "nemo-transducer": {
            "encoder": r"encoder",
            "decoder": r"decoder",
            "joiner": r"joiner",
            "tokens": r"tokens\.txt$",
        },
        "omnilingual-ctc": {"model": r"model.*\.onnx$", "tokens": r"tokens\.txt$"},
        "qwen3-asr": {
            "conv_frontend": r"conv_frontend",
            "encoder": r"encoder",
            "decoder": r"decoder",
            "tokenizer/vocab.json": r"vocab\.json$",
            "tokenizer/merges.txt": r"merges\.txt$",
            "tokenizer/tokenizer_config.json": r"tokenizer_config\.json$",
        },
        "sense-voice": {"model": r"model.*\.onnx$", "tokens": r"tokens\.txt$"},
        "whisper": {"encoder": r"encoder", "decoder": r"decoder", "tokens": r"tokens\.txt$"},
    }
)
"""Family → role → what the name of the file in that role holds, in sherpa-onnx's own layouts."""

_WEIGHTS = (".onnx", ".ort")
_SMALL = re.compile(r"int8|quantized")

_MOST_BYTES = 40 * (1 << 30)
"""More than any model that a machine for this program could run."""


def add_own(
    store: Store, path: Path, *, model_id: str, family: str, languages: tuple[str, ...] = ()
) -> InstalledModel:
    """Install a model that the catalogue does not know.

    What is not said here, such as its window, is taken from the catalogue's first model of the
    same family.

    Args:
        store: Where it is installed.
        path: A folder, or an archive, with the model in sherpa-onnx's layout. Of several sizes
            of a file the quantised one is taken.
        model_id: Its name from now on.
        family: Which way of loading it needs.
        languages: ISO 639-1 codes it knows; empty for those of that first model.

    Raises:
        ModelError: ``model-id``, ``model-family``: the name or family cannot be used;
            ``model-not-recognised``: a file is missing, or the container cannot be read; or what
            ``Store.install`` raises.
    """
    if family not in LAYOUTS:
        raise ModelError(
            f"There is no family of models named “{family}”.",
            hint=f"The families are: {', '.join(LAYOUTS)}.",
            code="model-family",
        )
    like = next(model for model in catalogue().values() if model.family == family)
    try:
        with store_errors(store.root), store.lock(model_id), store.scratch() as scratch:
            folder = scratch / "model"
            files = tuple(_take(path, LAYOUTS[family], folder))
            entry = msgspec.convert(
                {
                    **msgspec.to_builtins(like),
                    "id": model_id,
                    "kind": ModelKind.RECOGNISER,
                    "languages": languages or like.languages,
                    "licence": "LicenseRef-unknown",
                    "word_times": like.word_times or family == "whisper",
                    "files": msgspec.to_builtins(files),
                    "sources": [],
                    "measured": [],
                },
                Model,
            )
            (folder / ENTRY).write_bytes(msgspec.json.encode(entry))
            return store.install(entry, folder)
    except ContainerError as error:
        raise not_recognised(path, error.reason) from error
    except msgspec.ValidationError as error:
        raise ModelError(
            f"“{model_id}” cannot be the name of a model.",
            hint="Use small letters, digits, dots and hyphens, such as my-whisper.",
            code="model-id",
        ) from error


def _take(container: Path, layout: Mapping[str, str], folder: Path) -> list[ModelFile]:
    """Copy the files of a layout into a folder.

    Raises:
        ContainerError: One is missing, or the container cannot be read.
    """
    names = [entry.name for entry in entries(container, most_bytes=_MOST_BYTES)]
    chosen = {_choose(names, pattern): role for role, pattern in layout.items()}
    files: list[ModelFile] = []
    for entry in entries(container, most_bytes=_MOST_BYTES):
        role = chosen.get(entry.name)
        if role is not None:
            files.append(_copied(entry, role, folder))
    return files


def _choose(names: list[str], pattern: str) -> str:
    """The name of the file that a pattern means: quantised first, then the one highest up."""
    fitting = [
        name
        for name in names
        if re.search(pattern, PurePosixPath(name).name)
        and (pattern.endswith("$") or name.endswith(_WEIGHTS))
    ]
    if not fitting:
        words = re.sub(r"[\\$]|\.\*", "", pattern)
        raise ContainerError(f"holds no file whose name tells that it is “{words}”")
    return min(fitting, key=lambda name: (not _SMALL.search(name), name.count("/"), name))


def _copied(entry: Entry, role: str, folder: Path) -> ModelFile:
    # Data beside a network is found by the name that the network says.
    name = PurePosixPath(entry.name).name
    path = f"{role.partition('/')[0]}/{name}" if "/" in role else name
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    checksum = copy(entry, target)
    return ModelFile(role=role, path=path, bytes=target.stat().st_size, sha256=checksum)
