"""URIs as editors write them."""

from pathlib import Path, PureWindowsPath

import pytest

from cuttledoc_lsp.uris import path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/a%20b.md", "/home/me/a b.md"),
        ("file://localhost/home/me/n.md", "/home/me/n.md"),
        ("FILE:///n.md", "/n.md"),
        ("vscode-remote://ssh-remote%2Bbox/home/me/n.md", "/home/me/n.md"),
        ("file:///home/%C3%BC%F0%9F%98%80.md", "/home/ü😀.md"),
    ],
)
def test_a_uri_names_a_file(uri, path):
    assert path_of(uri) == Path(path)


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "file://server/share/n.md",
        "file:////server/share/n.md",
        "file:///%5C%5Cserver/n.md",
        "git:/home/me/n.md",
        "https://example.org/n.md",
        "file:///a%00b",
        "file://[/n.md",
        "",
    ],
)
def test_what_is_no_file_here_has_no_path(uri):
    assert path_of(uri) is None


@pytest.mark.parametrize("uri", ["file:///c%3A/notes/n.md", "file:///C:/notes/n.md"])
def test_a_drive_is_one_on_windows(uri):
    path = path_of(uri, windows=True)
    assert path is not None
    assert PureWindowsPath(path.as_posix()) == PureWindowsPath("C:/notes/n.md")


@pytest.mark.parametrize("path", ["/home/me/a b#c?.md", "/ü/😀 100%.m4a"])
def test_a_path_comes_back_from_its_uri(path):
    assert path_of(uri_of(Path(path))) == Path(path)


def test_a_remote_document_leads_to_remote_files():
    like = "vscode-remote://ssh-remote%2Bbox/home/me/n.md"
    assert uri_of(Path("/home/me/a b.m4a"), like=like) == (
        "vscode-remote://ssh-remote%2Bbox/home/me/a%20b.m4a"
    )
