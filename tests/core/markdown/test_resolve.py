"""Which file a link names, and what is said where there is none."""

import os
import unicodedata
from pathlib import Path

import pytest

from cuttledoc.errors import MediaError
from cuttledoc.markdown.page import find_links
from cuttledoc.markdown.resolve import resolve
from cuttledoc.markdown.vault import Vault


@pytest.fixture
def vault(tmp_path):
    """A vault with a note in a folder; files are made by name."""

    class Notes:
        root = tmp_path / "vault"
        note = root / "notes" / "today.md"

        def make(self, *names):
            for name in names:
                path = self.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            return self

        def resolve(self, text):
            (link,) = find_links(text)
            return resolve(link, self.note).relative_to(self.root).as_posix()

        def refused(self, text):
            (link,) = find_links(text)
            with pytest.raises(MediaError) as caught:
                resolve(link, self.note)
            return caught.value

    notes = Notes()
    (notes.root / ".obsidian").mkdir(parents=True)
    notes.note.parent.mkdir()
    return notes


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("notes/a.mp3", "[x](a.mp3)"),
        ("notes/a b.mp3", "[x](a%20b.mp3)"),
        ("notes/a b.mp3", "[x](<a b.mp3>)"),
        ("notes/a b.mp3", "[x](a%2520b.mp3)"),
        ("notes/a%20b.mp3", "[x](a%20b.mp3)"),
        ("notes/100%.mp3", "[x](100%.mp3)"),
        ("notes/a%20b.mp3", "[[a%20b.mp3]]"),
        ("notes/a b.mp3", "[[a%20b.mp3]]"),
        ("notes/a#1.mp3", "[x](a%231.mp3)"),
        ("notes/song #1.mp3", "[x](<song #1.mp3>)"),
        ("notes/a.mp3", "[x](a.mp3#t=60,90)"),
        ("notes/sub/a.mp3", r"[x](sub\a.mp3)"),
        ("media/a.mp3", r"[x](..\media\a.mp3)"),
        ("media/a.mp3", "[x](../media/a.mp3)"),
        ("media/a.mp3", "[[../media/a.mp3]]"),
        ("media/a.mp3", "[x](media/a.mp3)"),
        ("media/a.mp3", "[x](/media/a.mp3)"),
        ("media/deep/a.mp3", "![x](a.mp3)"),
        ("media/deep/a.mp3", "![[a.mp3]]"),
        ("media/deep/a.mp3", "![[deep/a.mp3]]"),
        ("media/Deep/Memo.MP3", "![[deep/memo.mp3]]"),
        ("notes/a.mp3", '<audio src="a.mp3"></audio>'),
        ("notes/a.mp3", "[x][r]\n\n[r]: a.mp3"),
    ],
)
def test_a_link_leads_to_its_file(vault, file, text):
    assert vault.make(file).resolve(text) == file


def test_absolute_paths_and_file_addresses_lead_anywhere(vault, tmp_path):
    file = tmp_path / "else where.mp3"
    file.touch()
    for target in (str(file), file.as_uri(), f"file://localhost{file.as_uri()[7:]}"):
        (link,) = find_links(f"[x](<{target}>)")
        assert resolve(link, vault.note) == file


def test_what_the_document_itself_says_comes_first(vault):
    vault.make("notes/a.mp3", "a.mp3", "media/a.mp3")
    assert vault.resolve("[x](a.mp3)") == "notes/a.mp3"


def test_of_equal_names_a_wikilink_takes_the_shortest_path(vault):
    vault.make("x/y/a.mp3", "notes/a.mp3", "z/a.mp3")
    assert vault.resolve("[[a.mp3]]") == "notes/a.mp3"
    assert vault.make("a.mp3").resolve("[[a.mp3]]") == "a.mp3"


def test_of_equal_paths_the_same_letter_case_wins(vault):
    vault.make("notes/A.mp3", "z/a.mp3")
    assert vault.resolve("[[a.mp3]]") == "z/a.mp3"


def test_part_of_a_folder_name_is_not_its_name(vault):
    vault.make("media/deep/a.mp3")
    assert vault.refused("![[eep/a.mp3]]").code == "media-not-found"


def test_hidden_folders_and_packages_are_not_searched(vault):
    vault.make(".trash/a.mp3", "node_modules/x/a.mp3")
    assert vault.refused("[[a.mp3]]").code == "media-not-found"


@pytest.mark.parametrize(("stored", "linked"), [("NFC", "NFD"), ("NFD", "NFC")])
@pytest.mark.parametrize("form", ["[x](<{}>)", "[[{}]]"])
def test_accents_stored_in_another_way_are_the_same_name(vault, stored, linked, form):
    name = "Grüße.mp3"
    vault.make("notes/" + unicodedata.normalize(stored, name))
    found = vault.resolve(form.format(unicodedata.normalize(linked, name)))
    assert unicodedata.normalize("NFC", found) == "notes/" + name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[x](missing.mp3)", "media-not-found"),
        ("[x](a%00b.mp3)", "media-not-found"),
        (f"[x]({'a' * 300}.mp3)", "media-not-found"),
        ("[[missing.mp3]]", "media-not-found"),
        ("[x](file.md/a.mp3)", "media-not-found"),
        ("[x](https://x.org/a.mp3)", "media-remote"),
        (r"[x](\\\\server\share\a.mp3)", "media-network-path"),
        (r"[[\\server\share\a.mp3]]", "media-network-path"),
        (r"[x](\\server\share\a.mp3)", "media-not-found"),
        ("[x](//server/share/a.mp3)", "media-network-path"),
        ("[x](%5C%5Cserver/a.mp3)", "media-network-path"),
        ("[x](%255C%255Cserver/a.mp3)", "media-network-path"),
        ("[x](file://server/share/a.mp3)", "media-network-path"),
        ("[x](file:////server/share/a.mp3)", "media-network-path"),
    ],
)
def test_what_cannot_be_found_is_refused(vault, text, code):
    vault.make("notes/file.md")
    error = vault.refused(text)
    assert error.code == code
    assert error.hint


def test_a_missing_file_is_named_with_its_document_and_similar_names(vault):
    vault.make("notes/memo-1.mp3", "notes/memo-2.mp3", "notes/other.wav", "notes/memo-1.md")
    error = vault.refused("[x](memo-3.mp3)")
    assert "memo-3.mp3" in error.message
    assert str(vault.note) in error.message
    assert "memo-1.mp3" in error.hint
    assert "memo-2.mp3" in error.hint
    assert "other.wav" not in error.hint
    assert "memo-1.md" not in error.hint
    assert error.path == vault.note.parent / "memo-3.mp3"


def test_similar_names_are_looked_for_where_the_link_leads(vault):
    vault.make("media/memo-1.mp3")
    assert "memo-1.mp3" in vault.refused("[x](../media/memo1.mp3)").hint


def test_a_folder_is_no_recording(vault):
    (vault.root / "notes" / "a.mp3").mkdir()
    assert vault.refused("[x](a.mp3)").code == "media-not-a-file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_never_opened(vault):
    os.mkfifo(vault.root / "notes" / "a.mp3")
    error = vault.refused("[x](a.mp3)")
    assert error.code == "media-not-a-file"
    (vault.root / "notes" / "b.mp3").symlink_to("/dev/zero")
    assert vault.refused("[x](b.mp3)").code == "media-not-a-file"


def test_a_vault_is_the_nearest_folder_with_its_mark(tmp_path):
    document = tmp_path / "a" / "b" / "c" / "note.md"
    document.parent.mkdir(parents=True)
    assert Vault.around(document).root == document.parent
    (tmp_path / "a" / "b" / ".git").mkdir()
    assert (Vault.around(document).root, Vault.around(document).obsidian) == (
        tmp_path / "a" / "b",
        False,
    )
    (tmp_path / "a" / ".obsidian").mkdir()
    assert (Vault.around(document).root, Vault.around(document).obsidian) == (tmp_path / "a", True)


def test_outside_obsidian_only_wikilinks_search_by_name(vault):
    (vault.root / ".obsidian").rename(vault.root / ".git")
    vault.make("media/a.mp3")
    assert vault.resolve("[[a.mp3]]") == "media/a.mp3"
    assert vault.refused("[x](a.mp3)").code == "media-not-found"


def test_one_vault_lists_its_folder_once(vault, monkeypatch):
    vault.make("media/a.mp3", "media/b.mp3")
    shared = Vault.around(vault.note)
    assert "not listed yet" in repr(shared)
    walks = []
    walk = os.walk
    monkeypatch.setattr(os, "walk", lambda top: walks.append(top) or walk(top))
    for link in find_links("[[a.mp3]] [[b.mp3]]"):
        assert resolve(link, vault.note, shared).parent == vault.root / "media"
    assert walks == [vault.root]
    assert "2 names" in repr(shared)


def test_a_relative_document_path_is_taken_from_where_one_stands(vault, monkeypatch):
    vault.make("notes/a.mp3")
    monkeypatch.chdir(vault.note.parent)
    (link,) = find_links("[x](a.mp3)")
    assert resolve(link, Path("today.md")) == vault.note.parent / "a.mp3"


def test_a_path_back_through_a_symbolic_link_is_not_shortened(vault, tmp_path):
    far = tmp_path / "far" / "folder"
    far.mkdir(parents=True)
    (tmp_path / "far" / "a.mp3").touch()
    (vault.root / "notes" / "link").symlink_to(far)
    assert vault.resolve("[x](link/../a.mp3)") == "notes/link/../a.mp3"
    vault.make("notes/a.mp3")
    assert vault.resolve("[x](link/../a.mp3)") == "notes/link/../a.mp3"
