"""What the target of a link says: a recording or not, on this machine or elsewhere."""

import html
import re
from urllib.parse import unquote

import msgspec

_SOUND = (
    "3ga aac ac3 aif aifc aiff amr ape au awb caf dts eac3 flac m4a m4b m4r mka mp1 mp2 mp3 mpga"
    " oga ogg opus qta ra spx tta w64 wav weba wma wv"
)
_PICTURES = "3g2 3gp asf avi f4v flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv vob webm wmv"
MEDIA_SUFFIXES = frozenset(f"{_SOUND} {_PICTURES}".split())
"""The file name endings, in small letters and without the dot, of what may hold speech."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")  # one letter is a drive, not a scheme
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|(&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});)")
_SEPARATOR = re.compile(r"[/\\]")


class Target(msgspec.Struct, frozen=True):
    """A target that names a recording.

    Attributes:
        path: The file's path or the whole URL, percent-decoded where the link's form encodes.
        raw: The same before percent-decoding.
        fragment: What follows ``#``, without it; empty if there is none.
        remote: Whether it must be fetched from elsewhere.
    """

    path: str
    raw: str
    fragment: str
    remote: bool


def is_media(name: str) -> bool:
    """Whether a file of this name or path may hold speech, by its ending."""
    stem, _, suffix = _SEPARATOR.split(name)[-1].rpartition(".")
    return bool(stem) and suffix.lower() in MEDIA_SUFFIXES


def unescape(written: str) -> str:
    """Undo Markdown's backslash escapes and HTML entities."""
    return _ESCAPE.sub(lambda found: found[1] or html.unescape(found[2]), written)


def unescape_html(written: str) -> str:
    """Undo HTML entities only, as in an attribute's value."""
    return _ESCAPE.sub(lambda found: html.unescape(found[2]) if found[2] else found[0], written)


def decode(path: str) -> str:
    """Undo percent-encoding once; a path that is not encoded UTF-8 stays as it is."""
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:
        return path


def read_target(written: str, *, encoded: bool = True) -> Target | None:
    """Take a target apart; None if it names no recording.

    Args:
        written: The target without its delimiters, escapes undone.
        encoded: Whether this form of link percent-encodes; wikilinks do not.
    """
    written = written.strip()
    scheme = _SCHEME.match(written)
    if scheme and scheme[1].lower() != "file":
        address, _, fragment = written.partition("#")
        if not is_media(decode(address.partition("?")[0])):
            return None
        return Target(address, address, fragment, remote=True)
    for path, fragment in _divisions(written):
        decoded = decode(path) if encoded else path
        if is_media(decoded):
            return Target(decoded, path, fragment, remote=False)
    return None


def _divisions(written: str) -> list[tuple[str, str]]:
    """The ways to divide it into path and fragment: ``#`` and ``?`` also occur in file names."""
    path, _, fragment = written.partition("#")
    return [(path, fragment), (path.partition("?")[0], fragment), (written, "")]
