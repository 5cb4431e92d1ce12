"""What an editor shows and offers at a link, by the keys that Neovim has for it."""

import json
import shutil

import pytest

LINK = "- [count](audio/heron-count.m4a), early\n\nEnd.\n"
SAID = "eleven herons"


@pytest.fixture
def note(workspace):
    path = workspace / "note.md"
    path.write_text(LINK, encoding="utf-8")
    return path


@pytest.fixture
def transcribed(start, note):
    """An editor with a transcript in it, with a time stamp before each paragraph."""

    def begin(init=""):
        setup = "require('cuttledoc').setup({ settings = { timestamps = 'paragraph' }, %s })"
        vim = start(note, init=setup % init)
        vim.attached()
        vim.keys(":Cuttledoc transcribe<CR>")
        vim.until(lambda: SAID in vim.text, "the transcript")
        return vim

    return begin


def script(path, body):
    """A program that a test puts in the place of a user's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def player_option(program, *arguments):
    words = ", ".join(json.dumps(str(word)) for word in (program, *arguments))
    return f"player = {{ {words} }}"


def test_hover_tells_of_the_recording_and_draws_it(start, note):
    vim = start(note)
    vim.attached()
    vim.keys("f(lK")
    vim.sees("heron-count.m4a · 0:27")
    vim.sees("24 kHz · mono")
    vim.keys("<Esc>hK")
    vim.until(lambda: any(block in vim.screen for block in "▃▄▅▆▇"), "a line of blocks")


def test_lenses_are_drawn_and_run(start, note):
    vim = start(note)
    vim.attached()
    vim.sees("early Transcribe")
    vim.keys(":lua vim.lsp.codelens.run()<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    vim.sees("Refresh | Show transcript")


def test_code_actions_transcribe(start, note):
    vim = start(note)
    vim.attached()
    vim.keys("f(gra")
    vim.sees("1: Transcribe this recording")
    vim.keys("1<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")


def test_a_code_action_corrects_a_wrong_name(start, note):
    note.write_text("[count](audio/heron-coun.m4a)\n", encoding="utf-8")
    vim = start(note)
    vim.attached()
    vim.until(lambda: vim.lua("return #vim.diagnostic.get(0)") == 1, "a diagnostic")
    vim.keys("f(gra")
    vim.sees("Link audio/heron-count.m4a")
    number = next(line for line in vim.screen.splitlines() if "Link audio/heron-c" in line)[0]
    vim.keys(f"{number}<CR>")
    vim.until(lambda: vim.text == "[count](audio/heron-count.m4a)", "the right name")
    vim.until(lambda: vim.lua("return #vim.diagnostic.get(0)") == 0, "no diagnostic")


def test_diagnostics_follow_the_files_on_disk(start, note, workspace):
    recording = workspace / "audio" / "heron-count.m4a"
    vim = start(note)
    vim.attached()
    vim.until(lambda: "Transcribe" in vim.screen, "the lens")
    recording.rename(workspace / "elsewhere.m4a")
    vim.lua("vim.api.nvim_exec_autocmds('FocusGained', {})")  # as when one comes back to Neovim
    vim.until(lambda: vim.lua("return #vim.diagnostic.get(0)") == 1, "a diagnostic")
    (workspace / "elsewhere.m4a").rename(recording)
    vim.lua("vim.api.nvim_exec_autocmds('FocusGained', {})")
    vim.until(lambda: vim.lua("return #vim.diagnostic.get(0)") == 0, "no diagnostic")


def test_a_stale_transcript_is_told(transcribed, workspace):
    vim = transcribed()
    shutil.copy(
        workspace / "audio" / "message-to-anna.ogg", workspace / "audio" / "heron-count.m4a"
    )
    vim.lua("vim.api.nvim_exec_autocmds('FocusGained', {})")
    codes = "return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(0))"
    vim.until(lambda: vim.lua(codes) == ["stale"], "a diagnostic")


def test_completion_offers_recordings_inside_a_target(start, note):
    vim = start(note)
    vim.attached()
    vim.keys("Go![](audio/her<C-x><C-o>")
    vim.until(lambda: vim.text.endswith("![](audio/heron-count.m4a"), "the completed name")


def test_completion_can_open_by_itself(start, note):
    vim = start(note, init="require('cuttledoc').setup({ autocomplete = true })")
    vim.attached()
    vim.keys("Go![](audio/")
    vim.sees("sourdough.mp3")
    vim.keys("<C-e><Esc>")


def test_gf_goes_to_the_recording_from_anywhere_in_the_link(start, note, workspace):
    shutil.copy(workspace / "audio" / "sourdough.mp3", workspace / "audio" / "two words.mp3")
    note.write_text("![bread](<audio/two words.mp3>)\n", encoding="utf-8")
    vim = start(note)
    vim.attached()
    vim.keys("f[lgf")
    name = "return vim.api.nvim_buf_get_name(0)"
    vim.until(lambda: vim.lua(name).endswith("audio/two words.mp3"), "the recording")


def test_gx_opens_the_recording_and_still_opens_addresses(
    start, note, workspace, home, environment
):
    note.write_text(LINK + "\nhttps://example.org/page\n", encoding="utf-8")
    opened = home / "opened"
    script(home / "bin" / "xdg-open", f'echo "$1" >> {opened}')
    vim = start(note, env={"PATH": f"{home / 'bin'}:{environment['PATH']}"})
    vim.attached()
    vim.keys("f[lgx")
    vim.until(opened.exists, "the system's program")
    vim.keys("Ggx")
    vim.until(lambda: len(opened.read_text().splitlines()) == 2, "the address")
    assert opened.read_text().splitlines() == [
        str(workspace / "audio" / "heron-count.m4a"),
        "https://example.org/page",
    ]


def test_transcripts_fold(transcribed):
    vim = transcribed()
    vim.keys("/herons<CR>")
    vim.until(lambda: vim.lua("return vim.fn.foldlevel('.')") == 1, "a fold")
    assert vim.lua("return vim.fn.foldclosed('.')") == -1
    vim.keys("zc")
    vim.until(lambda: vim.lua("return vim.fn.foldclosed('.')") == 2, "it is closed")


def test_your_own_way_of_folding_is_left_alone(start, note):
    vim = start(note, init="vim.o.foldmethod = 'indent'")
    vim.attached()
    assert vim.lua("return vim.wo.foldmethod") == "indent"


def test_play_hands_a_list_of_arguments_to_a_program_of_yours(transcribed, workspace, home):
    record = home / "played"
    body = f'for word; do printf "%s\\n" "$word" >> {record}; done'
    player = script(home / "bin" / "my player", body)
    vim = transcribed(init=player_option(player, "from {start}", "{file}"))
    stamp = next(line for line in vim.text.splitlines() if "[0:1" in line)
    vim.lua("vim.fn.search(...)", r"\V" + stamp[2:20])
    vim.keys(":Cuttledoc play<CR>")
    vim.until(record.exists, "the player")
    vim.until(lambda: len(record.read_text().splitlines()) == 2, "its arguments")
    begin, file = record.read_text().splitlines()
    assert begin.startswith("from 1")
    assert file == str(workspace / "audio" / "heron-count.m4a")


def test_a_player_that_is_not_there_is_told(transcribed):
    vim = transcribed(init="player = { 'no-such-player', '{file}' }")
    vim.keys(":Cuttledoc play<CR>")
    vim.told("The player no-such-player cannot be run. Correct the option player.")


def test_a_player_that_fails_is_told_with_its_last_words(transcribed, home):
    player = script(home / "bin" / "broken", "echo no sound card >&2; exit 3")
    vim = transcribed(init=player_option(player, "{file}"))
    vim.keys(":Cuttledoc play<CR>")
    vim.told("ended with status 3. no sound card")


def test_a_bang_ends_what_plays(transcribed, home):
    record = home / "playing"
    player = script(
        home / "bin" / "long",
        f"trap 'kill $!; rm {record}; exit' TERM\nsleep 60 &\ntouch {record}\nwait",
    )
    vim = transcribed(init=player_option(player, "{file}"))
    vim.keys(":Cuttledoc play<CR>")
    vim.until(record.exists, "the player")
    vim.keys(":Cuttledoc! play<CR>")
    vim.until(lambda: not record.exists(), "its end")


def test_search_finds_what_was_said_and_goes_there(transcribed):
    vim = transcribed()
    vim.keys(":write<CR>gg:Cuttledoc search fox<CR>")
    vim.sees("“fox” was said in:")
    vim.keys("1<CR>")
    vim.until(lambda: "fox" in vim.api.current.line, "the line with the word")


def test_search_without_a_hit_is_told(transcribed):
    vim = transcribed()
    vim.keys(":Cuttledoc search xylophone<CR>")
    vim.told("No transcript has “xylophone”.")


def test_a_recording_is_chosen_and_linked(start, note):
    vim = start(note)
    vim.attached()
    vim.keys("G:Cuttledoc link<CR>")
    vim.sees("Link a recording:")
    line = next(one for one in vim.screen.splitlines() if "sourdough.mp3" in one)
    vim.keys(f"{line.split(':')[0].strip()}<CR>")
    vim.until(lambda: vim.text.endswith("![sourdough.mp3](audio/sourdough.mp3)"), "the link")


def test_models_are_listed(start, note):
    vim = start(note)
    vim.attached()
    vim.keys(":Cuttledoc models<CR>")
    vim.sees("✓ moonshine-tiny-en")
    vim.keys("q<CR>")


def test_progress_is_left_to_a_plugin_that_shows_it(start, note):
    init = (
        "vim.api.nvim_create_autocmd('LspProgress', { callback = function() vim.g.seen = 1 end })"
    )
    vim = start(note, init=init)
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    assert vim.lua("return vim.g.seen") == 1
    assert "Transcribing" not in vim.screen


def test_messages_go_through_a_plugin_that_shows_them(start, note):
    init = "vim.notify = function(text, level, options) vim.g.said = { text, options.title } end"
    vim = start(note, init=init)
    vim.attached()
    vim.keys(":3Cuttledoc transcribe<CR>")
    vim.until(lambda: vim.lua("return vim.g.said") is not None, "the message")
    assert vim.lua("return vim.g.said") == ["These lines link to no recording.", "cuttledoc"]


def test_commands_complete(start, note):
    vim = start(note)
    complete = "return vim.fn.getcompletion(..., 'cmdline')"
    assert vim.lua(complete, "Cuttledoc trans") == ["transcribe", "transcribe_all"]
    assert "cancel" in vim.lua(complete, "Cuttledoc ")
    assert vim.lua(complete, "Cuttledoc file audio/sour") == ["audio/sourdough.mp3"]


def test_an_unknown_command_is_told_with_those_there_are(start, note):
    vim = start(note)
    vim.keys(":Cuttledoc trnscribe<CR>")
    vim.told("There is no :Cuttledoc trnscribe. There are: cancel, file,")
