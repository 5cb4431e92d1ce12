"""Finds the file a link names, or says why there is none."""

import difflib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from cuttledoc.errors import MediaError
from cuttledoc.markdown.links import AudioLink, LinkKind
from cuttledoc.markdown.targets import decode, is_media
from cuttledoc.markdown.vault import Vault

_NETWORK = re.compile(r"[\\/]{2}")
_FILE_URI = re.compile(r"file:", re.IGNORECASE)
_DRIVE = re.compile(r"/[A-Za-z]:[\\/]")
_WIKI = {LinkKind.WIKILINK, LinkKind.EMBED}
_NEAR_NAMES = 3


def resolve(link: AudioLink, document: Path, vault: Vault | None = None) -> Path:
    """Find the recording a link names.

    The target is tried as decoded, as written, and decoded twice: beside the document, then
    below the vault's root, then, in an Obsidian vault, by its name anywhere in it. A wikilink is
    looked for below the root first, then by its name, and beside the document at last.

    Args:
        link: A link of the document.
        document: Path of the document; it need not exist.
        vault: The folder of notes around it; give one to share its index between links.

    Returns:
        The absolute path of an existing regular file.

    Raises:
        MediaError: The link names an address on the network (``media-remote``,
            ``media-network-path``), nothing (``media-not-found``), what is no file
            (``media-not-a-file``), or what may not be looked at (``media-unreadable``).
    """
    if link.remote:
        raise MediaError(
            f"The link to {link.target} leads to the network, and cuttledoc fetches nothing.",
            hint="Download the recording first, and link the file.",
            code="media-remote",
        )
    targets = [_local_path(target, link) for target in _spellings(link)]
    folder = document.absolute().parent
    for path in _candidates(link, targets, folder, vault or Vault.around(document)):
        if _is_file(path):
            return _tidy(path)
    raise MediaError(
        f"The recording “{link.target}” that {document} links to does not exist.",
        hint=_hint(targets[0], folder),
        code="media-not-found",
        path=folder / targets[0] if "\0" not in targets[0] else None,
    )


def _spellings(link: AudioLink) -> Iterator[str]:
    yield from dict.fromkeys((link.target, link.raw, decode(link.target)))


def _local_path(target: str, link: AudioLink) -> str:
    """The target as a path; it is refused before anything is looked at if it is on a server."""
    path = target
    if _FILE_URI.match(target):
        host, path = _file_uri(target)
        if host not in {"", "localhost"}:
            raise _network(link)
    if _NETWORK.match(path):
        raise _network(link)
    return path


def _file_uri(uri: str) -> tuple[str, str]:
    rest = uri[len("file:") :]
    if not rest.startswith("//"):
        return "", rest
    host, slash, path = rest[2:].partition("/")
    path = slash + path
    return host.lower(), path[1:] if _DRIVE.match(path) else path


def _network(link: AudioLink) -> MediaError:
    return MediaError(
        f"The link to {link.target} leads to a file server, which cuttledoc does not open.",
        hint="Copy the recording into a folder beside the document, and link the copy.",
        code="media-network-path",
    )


def _candidates(link: AudioLink, targets: list[str], folder: Path, vault: Vault) -> Iterator[Path]:
    """Where the file may be, in the order tried."""
    beside = [folder / name for name in _forms(targets)]
    below = [vault.root / name.lstrip("/") for name in _forms(targets)]
    wiki = link.kind in _WIKI
    if wiki and not link.target.startswith("."):
        yield from below
        yield from _by_name(targets, folder, vault)
        yield from beside
    else:
        yield from beside
        yield from below
        if wiki or vault.obsidian:
            yield from _by_name(targets, folder, vault)


def _by_name(targets: list[str], folder: Path, vault: Vault) -> Iterator[Path]:
    for target in targets:
        found = vault.find(target.replace("\\", "/"), near=folder)
        if found is not None:
            yield found


def _forms(targets: list[str]) -> list[str]:
    """The ways a path may be meant: with Windows' separators, with accents stored two ways."""
    names = [form for one in targets for form in (one, one.replace("\\", "/"))]
    other = [unicodedata.normalize(form, name) for name in names for form in ("NFC", "NFD")]
    return list(dict.fromkeys(names + other))


def _is_file(path: Path) -> bool:
    """Whether there is a regular file; everything else there is refused without opening it."""
    try:
        mode = path.stat().st_mode
    except PermissionError as error:
        raise MediaError(
            f"The recording {path} cannot be looked at: its folder is closed to you.",
            hint="Change the folder's permissions, or move the recording.",
            code="media-unreadable",
            path=path,
        ) from error
    except (OSError, ValueError):  # no such file, a name too long, or one with a NUL in it
        return False
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
        raise MediaError(
            f"The link leads to {path}, which is {kind} and no file.",
            hint="Link the recording itself.",
            code="media-not-a-file",
            path=path,
        )
    return True


def _tidy(path: Path) -> Path:
    """The path without ``..``, unless a symbolic link makes that another file."""
    short = Path(os.path.normpath(path))
    return short if short.exists() and short.samefile(path) else path


def _hint(target: str, folder: Path) -> str:
    """Recordings of similar name in the folder the link leads to, or beside the document."""
    wanted = Path(target.replace("\\", "/").replace("\0", ""))
    for place in (folder / wanted.parent, folder):
        try:
            names = sorted(path.name for path in place.iterdir() if is_media(path.name))
        except OSError:
            continue
        near = difflib.get_close_matches(wanted.name, names, _NEAR_NAMES)
        if near:
            return f"In {place} there is: {', '.join(near)}."
    return "Correct the link, or put the recording where it leads."
