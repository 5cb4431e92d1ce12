"""The recordings of a folder that have the text spoken in them beside them."""

import re
from pathlib import Path

import msgspec

from cuttledoc.errors import SettingsError
from cuttledoc.markdown.targets import is_media
from cuttledoc.models.languages import LANGUAGES

UNDETERMINED = "und"
"""The language of a clip whose name tells none; ISO 639-2's code for that."""

_TEXTS = (".md", ".txt")
"""Suffixes of a reference text; the first one that is there counts."""

_LANGUAGE = re.compile(r"-([a-z]{2})(?:-\d+)?$")


class Clip(msgspec.Struct, frozen=True):
    """A recording whose text is known.

    Attributes:
        path: The recording.
        name: Its path below the folder, with ``/`` between folders.
        language: ISO 639-1 code, or ``UNDETERMINED``.
        reference: The text that is spoken in it.
    """

    path: Path
    name: str
    language: str
    reference: str


def find_clips(folder: Path, language: str | None = None) -> tuple[Clip, ...]:
    """All clips in a folder and the folders below it, in order of their names.

    Args:
        folder: Where to look; what is hidden is left out.
        language: ISO 639-1 code: clips whose names tell another language are left out, and those
            whose names tell none are taken to be in it.

    Raises:
        SettingsError: ``fixtures-missing``: there is no such folder; ``fixtures-none``: it holds
            no clip; ``fixtures-unreadable``: a text cannot be read.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"The folder “{folder}” does not exist.",
            hint="Name a folder with --fixtures.",
            code="fixtures-missing",
            path=folder,
        )
    clips = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not is_media(path.name):
            continue
        told = language_of(path.stem)
        text = next((t for t in map(path.with_suffix, _TEXTS) if t.is_file()), None)
        if text is None or (language and told not in {language, UNDETERMINED}):
            continue
        clips.append(Clip(path, name.as_posix(), language or told, _read(text)))
    if not clips:
        spoken = f" in {LANGUAGES[language]}" if language else ""
        raise SettingsError(
            f"“{folder}” holds no recording{spoken} with its text beside it.",
            hint="Put the text of talk-en.ogg into talk-en.txt or talk-en.md.",
            code="fixtures-none",
            path=folder,
        )
    return tuple(clips)


def language_of(stem: str) -> str:
    """The language a file's name tells at its end: ``talk-de``, ``talk-de-001``."""
    found = _LANGUAGE.search(stem)
    return found[1] if found and found[1] in LANGUAGES else UNDETERMINED


def _read(text: Path) -> str:
    try:
        return text.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The text “{text}” cannot be read: {getattr(error, 'strerror', '') or error}.",
            hint="Save it as UTF-8, or take it away to leave its recording out.",
            code="fixtures-unreadable",
            path=text,
        ) from error
