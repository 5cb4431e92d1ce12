"""Which file a URI stands for, and back; the only file that knows how editors spell paths.

VS Code writes a drive as ``file:///c%3A/notes``. Where the editor is at one machine and the
documents are at another, their URIs are ``vscode-remote://host/path`` or the like; the server runs
where the documents are, so the path is a path of this machine.
"""

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:(?=/|$)")
_HERE = {"", "localhost"}
_REMOTE_SCHEMES = {"vscode-remote"}
_SAFE_IN_TARGET = "/-_.~!&'*+,;=@:"
_SAFE = "/-_.~!$&'()*+,;=@"


def encoded(target: str) -> str:
    """A path as the target of a Markdown link."""
    return quote(target, safe=_SAFE_IN_TARGET)


def path_of(uri: str, *, windows: bool = os.name == "nt") -> Path | None:
    """The file on this machine that a URI names.

    None for what is no file here: untitled documents, other schemes, other machines' shares.

    Args:
        uri: As the client sends it.
        windows: Whether a drive letter may begin a path.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:  # brackets that do not match, say
        return None
    scheme = parts.scheme.lower()
    if scheme == "file" and parts.netloc.lower() not in _HERE:
        return None  # a file server; see docs/security.md
    if scheme != "file" and scheme not in _REMOTE_SCHEMES:
        return None
    path = unquote(parts.path)
    if not path.startswith("/") or path.startswith(("//", "/\\")) or "\0" in path:
        return None
    if windows and _DRIVE.match(path):
        path = path[1].upper() + path[2:]
    return Path(path)


def uri_of(path: Path, *, like: str = "") -> str:
    """The URI of a file.

    Args:
        path: An absolute path.
        like: The URI of a document; the answer leads to the same machine the same way.
    """
    written = path.as_posix()
    if not written.startswith("/"):
        written = f"/{written}"
    try:
        parts = urlsplit(like)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme.lower() in _REMOTE_SCHEMES:
        return f"{parts.scheme}://{parts.netloc}{quote(written, safe=_SAFE)}"
    return f"file://{quote(written, safe=_SAFE)}"
