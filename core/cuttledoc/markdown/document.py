"""Reads and writes Markdown files so that nothing but the intended change happens to them."""

import codecs
import errno
import hashlib
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from cuttledoc.errors import DocumentError
from cuttledoc.markdown.vault import visible

SUFFIXES = frozenset({".md", ".markdown"})
"""The endings, in small letters, of the files taken for Markdown documents."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it was when it was read.

    Attributes:
        path: Where it was asked for; may be a symbolic link.
        text: Its text with the line endings it has, without a byte order mark.
        encoding: ``utf-8``, ``utf-16-le`` or ``utf-16-be``.
        mark: Its byte order mark; empty if it has none.
        digest: SHA-256 of its bytes, to know whether it has changed since.
    """

    path: Path
    text: str
    encoding: str
    mark: bytes
    digest: bytes


def read_document(path: Path) -> Document:
    """Read a Markdown document.

    Raises:
        DocumentError: It does not exist (``document-not-found``), is no regular file
            (``document-not-a-file``), cannot be read (``document-unreadable``), or is not text
            in an encoding we know (``document-encoding``).
    """
    data = _bytes(path)
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise _encoding(path) from error
    if "\0" in text:  # UTF-16 without its mark, UTF-32, or no text at all
        raise _encoding(path)
    return Document(
        path=path,
        text=text,
        encoding=encoding,
        mark=mark,
        digest=hashlib.sha256(data).digest(),
    )


def write_document(document: Document, new_text: str) -> Document:
    """Put another text in a document's place, all at once or not at all.

    Encoding, byte order mark, permissions, owner and a symbolic link to it stay as they are.

    Args:
        document: The document as it was read.
        new_text: Its whole new text, with the line endings it is to have.

    Returns:
        The document as it is now.

    Raises:
        DocumentError: It has changed since it was read (``document-changed``) or vanished
            (``document-not-found``), may not be changed (``document-read-only``), or cannot be
            written (``document-write``). It is then as it was.
    """
    data = document.mark + new_text.encode(document.encoding)
    digest = hashlib.sha256(data).digest()
    if digest != document.digest:
        target = _target(document.path)
        if hashlib.sha256(_bytes(target)).digest() != document.digest:
            raise DocumentError(
                f"{document.path} has been changed by another program meanwhile.",
                hint="Run cuttledoc again; the transcript is kept and will be there at once.",
                code="document-changed",
                path=document.path,
            )
        _check_writable(target)
        try:
            _replace(target, data)
        except OSError as error:
            raise _unwritten(document.path, error) from error
    return msgspec.structs.replace(document, text=new_text, digest=digest)


def find_documents(folder: Path) -> list[Path]:
    """Every Markdown document below a folder, sorted; hidden folders are not looked into.

    Raises:
        DocumentError: There is no such folder (``document-not-found``).
    """
    if not folder.is_dir():
        raise DocumentError(
            f"There is no folder {folder}.",
            hint="Check the path.",
            code="document-not-found",
            path=folder,
        )
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if visible(one)]
        paths = (Path(parent, file) for file in files)
        found += (path for path in paths if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(found)


def _bytes(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise DocumentError(
                f"{path} is no file.",
                hint="Name a Markdown document.",
                code="document-not-a-file",
                path=path,
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError(
            f"There is no document {path}.",
            hint="Check the path.",
            code="document-not-found",
            path=path,
        ) from error
    except (OSError, ValueError) as error:
        raise DocumentError(
            f"{path} cannot be read: {_reason(error)}.",
            hint="Check its path and permissions.",
            code="document-unreadable",
            path=path,
        ) from error


def _target(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links
        raise _unwritten(path, error) from error


def _check_writable(path: Path) -> None:
    """Refuse a file marked read-only, although its folder would let us replace it."""
    writable = path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    if not writable or not os.access(path, os.W_OK):
        raise DocumentError(
            f"{path} is read-only.",
            hint="Make it writable first.",
            code="document-read-only",
            path=path,
        )


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".cuttledoc-", suffix=".tmp")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_attributes(path, new)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _keep_attributes(old: Path, new: Path) -> None:
    status = old.stat()
    if hasattr(os, "chown"):
        with suppress(PermissionError):  # only the administrator can give a file away
            os.chown(new, status.st_uid, status.st_gid)
    with suppress(PermissionError):  # some network and memory card file systems know no modes
        shutil.copystat(old, new)
    os.utime(new)  # copied with the rest, but the time of change is now


def _encoding(path: Path) -> DocumentError:
    return DocumentError(
        f"{path} is not UTF-8 text.",
        hint="Save it as UTF-8 in your editor, and run cuttledoc again.",
        code="document-encoding",
        path=path,
    )


def _unwritten(path: Path, error: Exception) -> DocumentError:
    hints = {
        errno.ENOSPC: "Free some space on the disk; the document is as it was.",
        errno.EDQUOT: "Free some space on the disk; the document is as it was.",
        errno.EACCES: "Make its folder writable; the document is as it was.",
        errno.EPERM: "Make its folder writable; the document is as it was.",
        errno.EROFS: "Copy it to a disk that can be written to.",
    }
    code = error.errno if isinstance(error, OSError) else None
    return DocumentError(
        f"{path} cannot be written: {_reason(error)}.",
        hint=hints.get(code or 0, "The document is as it was."),
        code="document-write",
        path=path,
    )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
