"""A folder of notes: where links look when the recording is not beside the document."""

import os
import unicodedata
from collections import defaultdict
from functools import cached_property
from pathlib import Path, PurePosixPath

from cuttledoc.markdown.targets import is_media

_SKIPPED = {"node_modules"}


class Vault:
    """A folder of notes, and the recordings in it by name.

    The folder is listed when a name is first looked up, and then remembered: make a new Vault
    to see new files.

    Args:
        root: The folder.
        obsidian: Whether Obsidian made it, so that all links may name files without a path.
    """

    def __init__(self, root: Path, *, obsidian: bool = False) -> None:
        self.root = root
        self.obsidian = obsidian

    def __repr__(self) -> str:
        state = f"{len(self._paths)} names" if "_paths" in self.__dict__ else "not listed yet"
        return f"Vault({str(self.root)!r}, {state})"

    @classmethod
    def around(cls, document: Path) -> "Vault":
        """The vault a document is in: the nearest folder above it with ``.obsidian``.

        Else the nearest one with ``.git``; else the document's own folder.
        """
        folders = document.absolute().parents
        for mark in (".obsidian", ".git"):
            for folder in folders:
                if (folder / mark).exists():
                    return cls(folder, obsidian=mark == ".obsidian")
        return cls(folders[0])

    def find(self, name: str, *, near: Path) -> Path | None:
        """The recording a wikilink names: a file name, or the last parts of a path.

        Letter case does not matter, but a file that agrees in it is preferred; then the one with
        the shortest path, then one in the same folder.

        Args:
            name: What the link says, with slashes between parts.
            near: Folder of the document that holds the link.
        """
        parts = _key(name).strip("/").split("/")
        exact = unicodedata.normalize("NFC", name)
        found = [
            path
            for path in self._paths.get(parts[-1], ())
            if _key(path.as_posix()).split("/")[-len(parts) :] == parts
        ]

        def preference(path: PurePosixPath) -> tuple[bool, int, bool, str]:
            written = unicodedata.normalize("NFC", path.as_posix())
            return (
                not written.endswith(exact),
                len(path.parts),
                self.root / path.parent != near,
                written,
            )

        return self.root / min(found, key=preference) if found else None

    @cached_property
    def _paths(self) -> dict[str, tuple[PurePosixPath, ...]]:
        """File name in the form compared → paths below the root."""
        paths: defaultdict[str, list[PurePosixPath]] = defaultdict(list)
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(one for one in folders if visible(one))
            below = PurePosixPath(Path(folder).relative_to(self.root).as_posix())
            for file in files:
                if is_media(file):
                    paths[_key(file)].append(below / file)
        return {name: tuple(found) for name, found in paths.items()}


def visible(folder: str) -> bool:
    """Whether a folder of this name is looked into: not hidden, and no store of packages."""
    return not folder.startswith(".") and folder not in _SKIPPED


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
