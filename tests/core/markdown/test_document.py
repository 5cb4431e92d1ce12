"""Reading and writing Markdown files without harm to anything else."""

import errno
import os
import stat

import pytest

from cuttledoc.errors import DocumentError
from cuttledoc.markdown.document import find_documents, read_document, write_document

root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="the administrator may write everywhere"
)


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes(b"one\n")
    return path


def names(folder):
    return [path.name for path in folder.iterdir()]


def refused(call, *args):
    with pytest.raises(DocumentError) as caught:
        call(*args)
    assert caught.value.hint
    assert caught.value.path is not None
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"one\n",
        b"one",
        "Grüße 😀\n".encode(),
        b"\xef\xbb\xbfone\n",
        "\ufeffone\r\ntwo\r\n".encode("utf-16-le"),
        "\ufeffone\ntwo".encode("utf-16-be"),
        b"one\ntwo\r\nthree\rfour\x0b\x0c\x85\xe2\x80\xa8"[:-4] + b"\n\n\n",
    ],
)
def test_an_unchanged_text_is_written_back_byte_for_byte(tmp_path, data):
    path = tmp_path / "note.md"
    path.write_bytes(data)
    document = read_document(path)
    assert not document.text.startswith("\ufeff")
    changed = write_document(document, document.text + "x")
    assert read_document(path).text == document.text + "x"
    write_document(changed, document.text)
    assert path.read_bytes() == data


def test_line_endings_reach_the_text_as_they_are(note):
    note.write_bytes(b"one\ntwo\r\nthree\r")
    assert read_document(note).text == "one\ntwo\r\nthree\r"


@pytest.mark.parametrize(
    "data",
    [b"caf\xe9\n", b"\xff\xfea", "one".encode("utf-16-le"), "\ufeffone".encode("utf-32"), b"a\0b"],
    ids=["latin-1", "half a character", "utf-16 without mark", "utf-32", "binary"],
)
def test_text_in_an_unknown_encoding_is_refused(note, data):
    note.write_bytes(data)
    error = refused(read_document, note)
    assert error.code == "document-encoding"
    assert "UTF-8" in error.hint


def test_what_is_missing_or_no_file_is_said(tmp_path):
    assert refused(read_document, tmp_path / "none.md").code == "document-not-found"
    assert refused(read_document, tmp_path).code == "document-not-a-file"
    assert refused(read_document, tmp_path / ("a" * 300 + ".md")).code == "document-unreadable"
    assert refused(find_documents, tmp_path / "none").code == "document-not-found"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "note.md")
    assert refused(read_document, tmp_path / "note.md").code == "document-not-a-file"


def test_permissions_survive_and_nothing_is_left_beside(note):
    note.chmod(0o640)
    write_document(read_document(note), "two\n")
    assert stat.S_IMODE(note.stat().st_mode) == 0o640
    assert names(note.parent) == ["note.md"]


def test_the_owner_survives(note, monkeypatch):
    owners = []
    monkeypatch.setattr(os, "chown", lambda _, uid, gid: owners.append((uid, gid)))
    write_document(read_document(note), "two\n")
    assert owners == [(note.stat().st_uid, note.stat().st_gid)]


def test_where_the_owner_cannot_be_kept_the_text_is_written_all_the_same(note, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    write_document(read_document(note), "two\n")
    assert note.read_text() == "two\n"


def test_the_time_of_change_is_now(note):
    os.utime(note, (1000, 1000))
    write_document(read_document(note), "two\n")
    assert note.stat().st_mtime > 1_000_000


def test_a_symbolic_link_stays_one(note):
    link = note.parent / "folder" / "link.md"
    link.parent.mkdir()
    link.symlink_to("../note.md")
    write_document(read_document(link), "two\n")
    assert link.is_symlink()
    assert note.read_text() == "two\n"
    assert names(link.parent) == ["link.md"]


def test_the_same_text_is_not_written(note):
    before = note.stat()
    write_document(read_document(note), "one\n")
    after = note.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_document_changed_meanwhile_is_not_overwritten(note):
    document = read_document(note)
    note.write_bytes(b"mine\n")
    assert refused(write_document, document, "two\n").code == "document-changed"
    assert note.read_bytes() == b"mine\n"


def test_several_writes_follow_each_other(note):
    document = write_document(read_document(note), "two\n")
    write_document(document, "three\n")
    assert note.read_bytes() == b"three\n"
    assert refused(write_document, document, "four\n").code == "document-changed"


def test_a_document_that_vanished_is_not_made_anew(note):
    document = read_document(note)
    note.unlink()
    assert refused(write_document, document, "two\n").code == "document-not-found"
    assert names(note.parent) == []


def test_a_read_only_document_is_not_replaced(note):
    note.chmod(0o444)
    assert refused(write_document, read_document(note), "two\n").code == "document-read-only"
    assert note.read_bytes() == b"one\n"


@root
def test_a_read_only_folder_is_said(note):
    document = read_document(note)
    note.parent.chmod(0o555)
    try:
        error = refused(write_document, document, "two\n")
    finally:
        note.parent.chmod(0o755)
    assert error.code == "document-write"
    assert "folder" in error.hint


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "space"), (errno.EACCES, "folder"), (errno.EIO, "as it was")],
)
def test_a_write_that_fails_leaves_the_document_and_nothing_else(
    note, monkeypatch, step, number, said
):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    document = read_document(note)
    monkeypatch.setattr(os, step, fail)
    error = refused(write_document, document, "two\n")
    assert error.code == "document-write"
    assert os.strerror(number) in error.message
    assert said in error.hint
    assert note.read_bytes() == b"one\n"
    assert names(note.parent) == ["note.md"]


def test_documents_below_a_folder_are_found_in_order(tmp_path):
    for name in (
        "b.md",
        "a/z.markdown",
        "a/Y.MD",
        "x.mdx",
        "x.txt",
        ".hidden/a.md",
        "node_modules/p/README.md",
        "a/.obsidian/b.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "gone.md").symlink_to("nowhere")
    found = [path.relative_to(tmp_path).as_posix() for path in find_documents(tmp_path)]
    assert found == ["a/Y.MD", "a/z.markdown", "b.md"]
