"""docs/lsp.md tells of everything there is, and of nothing else."""

import re
from pathlib import Path

import msgspec
import pytest

from cuttledoc_lsp.command import PREFIX
from cuttledoc_lsp.create import create_server
from cuttledoc_lsp.settings import TRUSTED, ClientSettings

TEXT = (Path(__file__).parents[2] / "docs" / "lsp.md").read_text(encoding="utf-8")


@pytest.fixture
async def commands():
    server = create_server({})
    yield server.commands
    await server.close()


async def test_every_command_is_told_with_its_fields(commands):
    told = dict(re.findall(rf"^\| `({re.escape(PREFIX)}\w+)`(.*)$", TEXT, re.MULTILINE))
    assert set(told) == set(commands)
    for name, command in commands.items():
        assert command.summary in told[name]
        assert f"`{command.result.__name__}`" in told[name]
        for field in msgspec.structs.fields(command.arguments):
            assert f"`{field.encode_name}`{'' if field.required else '?'}" in told[name]


async def test_every_result_is_told_with_its_fields(commands):
    for command in commands.values():
        (line,) = re.findall(rf"^- `{command.result.__name__}`: (.*)$", TEXT, re.MULTILINE)
        for field in msgspec.structs.fields(command.result):
            assert f"`{field.encode_name}`" in line


def test_every_setting_is_told_and_the_trusted_ones_marked():
    told = dict(re.findall(r"^\| `(\w+)`( †)? \|", TEXT, re.MULTILINE))
    fields = msgspec.structs.fields(ClientSettings)
    assert set(told) == {field.encode_name for field in fields}
    assert {field.encode_name for field in fields if field.name in TRUSTED} == {
        name for name, mark in told.items() if mark
    }
