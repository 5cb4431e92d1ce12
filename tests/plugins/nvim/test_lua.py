"""The Lua tests in ``lua/``, each file in a headless Neovim of its own; and the help file."""

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from cuttledoc_lsp.settings import ClientSettings

from .conftest import PLUGIN
from .screen import NVIM

FOLDER = Path(__file__).parent / "lua"


def headless(environment, *arguments, cwd=None):
    options = ["--headless", "-n", "-i", "NONE"]
    return subprocess.run(
        [NVIM, *options, *arguments],
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*_test.lua")))
def test_lua(name, environment, workspace):
    run = headless(environment, "-u", str(FOLDER / "run.lua"), str(FOLDER / name), cwd=workspace)
    assert run.returncode == 0, run.stdout + run.stderr


def test_tags_of_the_help_file_are_valid(environment, tmp_path):
    (tmp_path / "doc").mkdir()
    text = (PLUGIN / "doc" / "cuttledoc.txt").read_text(encoding="utf-8")
    (tmp_path / "doc" / "cuttledoc.txt").write_text(text, encoding="utf-8")
    run = headless(environment, f"+helptags {tmp_path / 'doc'}", "+qall!")
    assert run.stderr.strip() == ""
    tags = {line.split("\t")[0] for line in (tmp_path / "doc" / "tags").read_text().splitlines()}
    ours = {tag for tag in re.findall(r"\|([^|\s]+)\|", text) if "uttledoc" in tag}
    assert ours <= tags


def test_links_of_the_help_file_to_neovims_own_help_are_valid(environment):
    text = (PLUGIN / "doc" / "cuttledoc.txt").read_text(encoding="utf-8")
    others = sorted({tag for tag in re.findall(r"\|([^|\s]+)\|", text) if "uttledoc" not in tag})
    assert others
    for tag in others:
        run = headless(environment, f"+help {tag}", "+qall!")
        assert run.stderr.strip() == "", tag


def test_the_help_file_tells_of_every_command_option_mapping_and_setting(environment):
    text = (PLUGIN / "doc" / "cuttledoc.txt").read_text(encoding="utf-8")
    code = """lua local config = require('cuttledoc.config')
        for name in pairs(require('cuttledoc.commands').subcommands) do
          io.write('*:Cuttledoc-', name, '*\\n') end
        for _, map in ipairs(vim.api.nvim_get_keymap('n')) do
          if map.lhs:find('cuttledoc') then io.write('*', map.lhs, '*\\n') end end
        for name in pairs(config.kinds) do io.write('\\n', name, ' \\n') end"""
    run = headless(environment, "+" + " ".join(code.split()), "+qall!")
    told = [line for line in run.stdout.splitlines() if line.strip()]
    assert len(told) > 30, run.stderr
    for name in told:
        assert name.strip() in text
    settings = {field.encode_name for field in msgspec.structs.fields(ClientSettings)}
    for name in settings - {"clientCommands", "statusNotifications"}:
        told = re.search(rf"^{name}\b", text, re.MULTILINE)
        assert told, f"plugins/nvim/doc/cuttledoc.txt does not tell of the setting {name}"


def test_nothing_is_loaded_before_the_first_markdown_file(environment, workspace):
    show = "if name:find('cuttledoc') then print(name) end"
    code = f"lua for name in pairs(package.loaded) do {show} end"
    run = headless(environment, "plain.lua", f"+{code}", "+qall!", cwd=workspace)
    assert run.stdout + run.stderr == ""
