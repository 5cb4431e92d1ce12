"""Where the server comes from, and what happens when it is missing, ends or does not fit."""

import os
import signal
import sys
from pathlib import Path

import pytest

from lsp.processes import children

from .conftest import REPOSITORY
from .test_features import script

TOOLS = Path(sys.executable).parent
SAID = "eleven herons"
BARE = "/usr/bin:/bin"


@pytest.fixture
def note(workspace):
    path = workspace / "note.md"
    path.write_text("![count](audio/heron-count.m4a)\n\nEnd.\n", encoding="utf-8")
    return path


def server_of(vim):
    """The number of the server's process."""
    pid = vim.lua("return vim.fn.getpid()")
    return next(
        one
        for one in children(pid)
        if b"cuttledoc-lsp" in Path(f"/proc/{one}/cmdline").read_bytes()
    )


def test_a_missing_server_is_told_once_with_the_way_to_get_it(start, note):
    vim = start(note, env={"PATH": BARE})
    vim.told("The server is not installed. Type :Cuttledoc install")
    assert not vim.blocked
    vim.keys(":messages clear<CR>:edit other.md<CR>")
    vim.until(lambda: vim.lua("return vim.fn.expand('%:t')") == "other.md", "the other file")
    assert vim.lua("return vim.fn.execute('messages')").strip() == ""
    vim.keys(":Cuttledoc transcribe_all<CR>")
    vim.told("The server is not installed.")


def test_a_killed_server_is_started_again(start, note):
    vim = start(note)
    vim.attached()
    os.kill(server_of(vim), signal.SIGKILL)
    vim.told("The server has ended (signal 9) and is started again.")
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")


def test_versions_count_anew_after_a_restart(start, note):
    """What was typed before it must not move an edit that comes after it."""
    vim = start(note)
    vim.attached()
    vim.keys("Oone<CR>two<CR>three<Esc>")
    vim.until(lambda: vim.text.startswith("one\ntwo\nthree\n"), "the words")
    os.kill(server_of(vim), signal.SIGKILL)
    vim.told("is started again.")
    vim.attached()
    vim.keys("/count<CR>:Cuttledoc transcribe<CR>GAnd<Esc>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    assert "three\n![count](audio/heron-count.m4a)\n\n<!-- cuttledoc " in vim.text
    assert vim.text.endswith("<!-- /cuttledoc -->\n\nEnd.nd")


def test_a_server_killed_at_work_leaves_the_document_and_no_job(start, note, long_recording):
    note.write_text(f"![]({long_recording})\n", encoding="utf-8")
    vim = start(note)
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    jobs = "return #require('cuttledoc').jobs()"
    vim.until(lambda: vim.lua(jobs) == 1, "a job")
    os.kill(server_of(vim), signal.SIGKILL)
    vim.until(lambda: vim.lua(jobs) == 0, "no job")
    vim.attached()
    assert vim.text == f"![]({long_recording})"


def test_a_server_that_ends_again_and_again_is_given_up(start, note, home):
    server = script(home / "bin" / "cuttledoc-lsp", "exit 3")
    vim = start(note, env={"PATH": f"{server.parent}:{BARE}"})
    vim.told("The server has ended again (exit status 3). See :Cuttledoc log")
    assert not vim.blocked


def test_restart_starts_another_one(start, note):
    vim = start(note)
    vim.attached()
    first = server_of(vim)
    vim.keys(":Cuttledoc restart<CR>")
    vim.until(
        lambda: first not in children(vim.lua("return vim.fn.getpid()")), "the first one's end"
    )
    vim.attached()
    assert server_of(vim) != first


def test_the_server_ends_with_the_editor(start, note):
    vim = start(note)
    vim.attached()
    server = server_of(vim)
    vim.keys(":qall!<CR>")
    vim.until(lambda: not Path(f"/proc/{server}").exists(), "the server's end")


def test_the_option_cmd_comes_first(start, note):
    command = f"{{ '{TOOLS / 'cuttledoc-lsp'}', '--log-level', 'debug' }}"
    vim = start(
        note,
        init=f"require('cuttledoc').setup({{ cmd = {command} }})",
        env={"PATH": BARE},
    )
    vim.attached()
    assert b"debug" in Path(f"/proc/{server_of(vim)}/cmdline").read_bytes()


def test_a_projects_server_is_run_only_after_trust(start, note, workspace, home):
    ran = home / "ran"
    server = script(
        workspace / ".venv" / "bin" / "cuttledoc-lsp",
        f'touch {ran}; exec {TOOLS / "cuttledoc-lsp"} "$@"',
    )
    vim = start(note, env={"PATH": BARE})
    vim.told("Run it only if you trust the project, by :Cuttledoc trust")
    assert not ran.exists()
    vim.keys(":Cuttledoc trust<CR>")
    vim.sees("It can do all that you can.")
    vim.keys("1<CR>")
    vim.attached()
    assert ran.exists()
    vim.close()
    again = start(note, env={"PATH": BARE})
    again.attached()
    assert server.name.encode() in Path(f"/proc/{server_of(again)}/cmdline").read_bytes()


def test_a_server_of_another_version_is_told(start, note, home):
    init = "package.loaded['cuttledoc.version'] = '7.3.0'"
    vim = start(note, init=init)
    vim.attached()
    vim.told("and the plugin 7.3.0. Update the older one.")


def test_two_folders_share_one_server(start, note, tmp_path):
    other = tmp_path / "elsewhere" / "other.md"
    other.parent.mkdir()
    other.write_text("# Other\n", encoding="utf-8")
    vim = start(note)
    vim.attached()
    vim.keys(f":edit {other}<CR>")
    vim.attached()
    folders = """
        local folders = {}
        for _, client in ipairs(vim.lsp.get_clients({ name = 'cuttledoc' })) do
          for _, one in ipairs(client.workspace_folders) do table.insert(folders, one.name) end
        end
        return folders"""
    assert vim.lua(folders) == [str(note.parent), str(other.parent)]


def test_an_option_that_cannot_be_is_told_and_the_rest_holds(start, note):
    vim = start(note, init="require('cuttledoc').setup({ lences = true, folds = 'shut' })")
    vim.told("There is no option “lences” (:help cuttledoc-options).")
    vim.told('The option “folds” is "open", "closed", false, not "shut".')
    vim.attached()
    assert not vim.blocked


def test_a_repository_whose_root_was_added_works_by_the_two_lines_of_the_readme(start, note, home):
    plugin = REPOSITORY / "plugins" / "nvim"
    assert "vim.opt.runtimepath:prepend(plugin.path .. '/plugins/nvim')" in (
        plugin / "README.md"
    ).read_text(encoding="utf-8")
    lines = f"""
        vim.opt.runtimepath:prepend('{plugin}')
        vim.cmd.source('{plugin}/plugin/cuttledoc.lua')"""
    vim = start(note, init=lines, env={"XDG_DATA_HOME": str(home / "empty")})
    vim.attached()


def test_a_plugin_that_is_loaded_late_finds_the_documents_that_are_open(start, note, home):
    plugin = REPOSITORY / "plugins" / "nvim"
    vim = start(note, env={"XDG_DATA_HOME": str(home / "empty")})
    vim.keys(f":set runtimepath^={plugin}<CR>:source {plugin}/plugin/cuttledoc.lua<CR>")
    vim.attached()


def test_a_server_that_the_user_ends_stays_ended(start, note):
    vim = start(note)
    vim.attached()
    server = server_of(vim)
    vim.keys(":lua vim.lsp.enable('cuttledoc', false)<CR>")
    vim.until(lambda: not Path(f"/proc/{server}").exists(), "the server's end")
    assert vim.lua("vim.wait(500) return #vim.lsp.get_clients({ name = 'cuttledoc' })") == 0


def test_nothing_starts_where_the_user_does_not_want_it(start, note):
    vim = start(note, init="vim.g.cuttledoc = { enabled = false }")
    vim.keys(":Cuttledoc transcribe<CR>")  # but it does when it is asked for
    vim.until(lambda: SAID in vim.text, "the transcript")


def test_the_log_can_be_read(start, note):
    vim = start(note)
    vim.attached()
    vim.keys(":Cuttledoc log<CR>")
    vim.until(
        lambda: vim.lua("return vim.fn.expand('%:t')") == "cuttledoc-lsp.log", "the log in a tab"
    )
