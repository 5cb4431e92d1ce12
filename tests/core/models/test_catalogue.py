"""The catalogue as data: complete, consistent, and what the code can work with."""

import subprocess
import sys

import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import (
    DEFAULT_RECOGNISER,
    DEFAULT_VAD,
    ModelKind,
    PythonPackageSource,
    catalogue,
    find_model,
)
from cuttledoc.models.languages import LANGUAGES
from cuttledoc.models.tokens import moonshine_tokens


def test_the_defaults_are_in_it():
    assert find_model(DEFAULT_RECOGNISER).kind is ModelKind.RECOGNISER
    assert find_model(DEFAULT_VAD).kind is ModelKind.VAD


@pytest.mark.parametrize("model", catalogue().values(), ids=lambda model: model.id)
def test_every_entry_is_consistent(model):
    assert set(model.languages) <= set(LANGUAGES)
    assert (model.window is None) == (model.kind is ModelKind.VAD)
    assert len({file.role for file in model.files}) == len(model.files)
    assert len({file.path for file in model.files}) == len(model.files)
    assert all(".." not in file.path for file in model.files)
    assert model.sources
    for source in model.sources:
        if isinstance(source, PythonPackageSource):
            assert "==" in source.requirement


def test_an_unknown_name_that_is_close_to_none_points_to_the_list():
    with pytest.raises(ModelError) as caught:
        find_model("zzz")
    assert caught.value.hint == "`cuttledoc models list` shows all models."


def test_tokens_are_made_of_length_prefixed_strings():
    long = bytes(range(256)) * 2
    data = b"\x00" + b"\x02ab" + bytes([128 + len(long) % 128, len(long) // 128]) + long
    first, second, third = moonshine_tokens(data).splitlines()
    assert (first, second) == (b" 0", b"YWI= 1")
    assert third.endswith(b" 2")


def test_looking_up_an_installed_model_imports_nothing_heavy():
    heavy = "{'httpx', 'filelock', 'tarfile', 'zipfile', 'rich', 'asyncio'}"
    code = (
        "import sys; from pathlib import Path; "
        "from cuttledoc.models.choose import choose; from cuttledoc.models.store import Store; "
        f"Store(Path('x')).installed(); print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
