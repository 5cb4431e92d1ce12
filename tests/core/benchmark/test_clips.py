"""Which recordings of a folder are clips, and what language they are in."""

import pytest

from cuttledoc.benchmark.clips import find_clips, language_of
from cuttledoc.errors import SettingsError


def folder(path, *names, text="said"):
    for name in names:
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text if file.suffix in {".txt", ".md"} else "sound", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("stem", "language"),
    [
        ("talk-de", "de"),
        ("talk-de-001", "de"),
        ("fleurs-en-009", "en"),
        ("a-very-long-name-pt", "pt"),
        ("de", "und"),
        ("talk", "und"),
        ("talk-xx", "und"),
        ("talk-deu", "und"),
        ("talk-de-part", "und"),
        ("talk-DE", "und"),
        ("001", "und"),
    ],
)
def test_the_language_stands_at_the_end_of_the_name(stem, language):
    assert language_of(stem) == language


def test_clips_are_recordings_with_their_text_beside_them_in_order(tmp_path):
    folder(tmp_path, "b-en.OGG", "b-en.txt", "a-de-01.mp4", "a-de-01.md", "alone-en.wav", "n.txt")
    folder(tmp_path, "deep/c.flac", "deep/c.txt", ".hidden/d.wav", ".hidden/d.txt")
    assert [(clip.name, clip.language) for clip in find_clips(tmp_path)] == [
        ("a-de-01.mp4", "de"),
        ("b-en.OGG", "en"),
        ("deep/c.flac", "und"),
    ]


def test_markdown_comes_before_plain_text(tmp_path):
    folder(tmp_path, "a-en.wav", "a-en.txt")
    folder(tmp_path, "a-en.md", text="in Markdown")
    [clip] = find_clips(tmp_path)
    assert clip.reference == "in Markdown"


def test_a_byte_order_mark_is_not_said(tmp_path):
    folder(tmp_path, "a-en.wav")
    (tmp_path / "a-en.txt").write_bytes(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe")
    [clip] = find_clips(tmp_path)
    assert clip.reference == "Grüße"


def test_a_language_leaves_the_others_out_and_is_given_to_those_without(tmp_path):
    folder(tmp_path, "a-de.wav", "a-de.txt", "b-en.wav", "b-en.txt", "c.wav", "c.txt")
    found = find_clips(tmp_path, "de")
    assert [(clip.name, clip.language) for clip in found] == [("a-de.wav", "de"), ("c.wav", "de")]


@pytest.mark.parametrize(
    ("names", "language", "code"),
    [
        ((), None, "fixtures-none"),
        (("a-en.wav", "b-en.txt"), None, "fixtures-none"),
        (("a-en.wav", "a-en.txt"), "de", "fixtures-none"),
    ],
)
def test_a_folder_without_clips_is_told(tmp_path, names, language, code):
    with pytest.raises(SettingsError) as caught:
        find_clips(folder(tmp_path, *names), language)
    assert caught.value.code == code


def test_no_folder_and_a_text_that_is_none_are_told(tmp_path):
    with pytest.raises(SettingsError) as caught:
        find_clips(tmp_path / "gone")
    assert caught.value.code == "fixtures-missing"
    folder(tmp_path, "a-en.wav")
    (tmp_path / "a-en.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"a-en\.txt") as caught:
        find_clips(tmp_path)
    assert caught.value.code == "fixtures-unreadable"
