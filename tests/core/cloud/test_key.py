"""Where a key comes from, and that nothing shows it."""

import pickle
import traceback

import pytest

from cuttledoc.cloud.address import server
from cuttledoc.cloud.key import Key, find_key, forget_key, keep_key
from cuttledoc.errors import SettingsError

OPENAI = server("https://api.openai.com/v1")
OTHER = server("https://speech.example/v1")
SECRET = "sk-secret-0123456789"  # noqa: S105 - a made-up one


@pytest.fixture
def keyring_file(monkeypatch, tmp_path):
    """A keyring that is a file in the test's own folder."""
    import keyring
    from keyrings.alt.file import PlaintextKeyring

    ring = PlaintextKeyring()
    ring.file_path = str(tmp_path / "keyring.cfg")
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    yield tmp_path / "keyring.cfg"
    keyring.set_keyring(before)


def value(found) -> str:
    return found.key.header().removeprefix("Bearer ")


def test_a_key_shows_itself_to_nobody():
    key = Key(SECRET)
    assert SECRET not in f"{key} {key!r} {[key]} "
    with pytest.raises(ValueError, match="<Key>") as caught:
        raise ValueError(key)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert key.hide_in(f"Bearer {SECRET}!") == "Bearer …!"
    with pytest.raises(TypeError):
        pickle.dumps(key, protocol=1)


def test_our_own_variable_wins_and_goes_to_every_server():
    both = {"CUTTLEDOC_API_KEY": "one", "OPENAI_API_KEY": "two"}
    for where in (OPENAI, OTHER):
        found = find_key(where, both)
        assert (value(found), found.source) == ("one", "the variable CUTTLEDOC_API_KEY")


def test_openais_variable_goes_to_openai_alone():
    given = {"OPENAI_API_KEY": SECRET}
    assert value(find_key(OPENAI, given)) == SECRET
    assert value(find_key(server("https://eu.api.openai.com/v1"), given)) == SECRET
    assert find_key(OTHER, given) is None
    assert find_key(server("https://api.openai.com.evil.example/v1"), given) is None
    assert find_key(server("https://notopenai.com/v1"), given) is None


def test_each_server_has_its_own_key_in_the_keyring(keyring_file):
    assert find_key(OPENAI, {}) is None
    keep_key(OPENAI, SECRET)
    keep_key(server("http://localhost:8000/v1"), "local")
    assert value(find_key(OPENAI, {})) == SECRET
    assert find_key(OPENAI, {}).source == "the system's keyring, for api.openai.com"
    assert value(find_key(server("http://localhost:8000/other"), {})) == "local"
    assert find_key(server("http://localhost:8001/v1"), {}) is None
    assert value(find_key(OPENAI, {"CUTTLEDOC_API_KEY": "x"})) == "x"
    assert forget_key(OPENAI)
    assert find_key(OPENAI, {}) is None
    assert not forget_key(OPENAI)


def test_a_machine_without_a_keyring_says_so():
    assert find_key(OPENAI, {}) is None
    with pytest.raises(SettingsError, match="has no keyring") as caught:
        keep_key(OPENAI, SECRET)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("bad", ["two words", "line\nbreak", "smart“quotes”", "nul\0"])
def test_what_no_header_can_carry_is_refused_unshown(bad):
    with pytest.raises(SettingsError) as caught:
        find_key(OTHER, {"CUTTLEDOC_API_KEY": bad})
    assert bad not in str(caught.value)
    assert "CUTTLEDOC_API_KEY" in str(caught.value)


def test_white_space_around_a_key_is_left_out():
    assert value(find_key(OTHER, {"CUTTLEDOC_API_KEY": f" {SECRET}\n"})) == SECRET
