"""Transcribing as a person does it: keys, the real server, the real model."""

import shutil
import time

import pytest

COUNT = "![count](audio/heron-count.m4a)"
SAID = "eleven herons"
ANNA = "second camera needs a new battery"


@pytest.fixture
def note(workspace):
    def write(text, name="note.md"):
        path = workspace / name
        path.write_bytes(text.encode())
        return path

    return write


def test_a_transcript_comes_below_its_link_and_one_u_takes_it_out(start, note):
    text = f"# Marsh\n\n{COUNT}\n\nEnd."
    vim = start(note(text + "\n"))
    vim.attached()
    vim.keys("/count<CR>:Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    assert vim.text.startswith(f"# Marsh\n\n{COUNT}\n\n<!-- cuttledoc ")
    assert vim.text.endswith("<!-- /cuttledoc -->\n\nEnd.")
    vim.keys("u")
    vim.until(lambda: vim.text == text, "one undo")
    vim.keys("<C-r>")
    vim.until(lambda: SAID in vim.text, "the transcript, again")


def test_the_cursor_may_be_anywhere_in_the_line_of_a_link(start, note):
    vim = start(note(f"- early in the morning: {COUNT}\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")


def test_typing_goes_on_and_is_a_step_to_undo_of_its_own(start, note):
    vim = start(note(f"{COUNT}\n\nEnd:\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>GA")
    typed = ""

    def type_on():
        nonlocal typed
        word = f" {len(typed)}"
        typed += word
        vim.keys(word)
        time.sleep(0.05)  # four words a second would be fast; this is twenty
        return SAID in vim.text

    vim.until(type_on, "the transcript while somebody types")
    type_on()
    assert vim.api.request("nvim_get_mode")["mode"] == "i"
    assert vim.until(lambda: vim.text.endswith(f"End:{typed}"), "every key that was typed")
    vim.keys("<Esc>u")
    vim.until(lambda: not vim.text.endswith(typed), "the words after the transcript are undone")
    assert SAID in vim.text
    vim.keys("u")
    vim.until(lambda: SAID not in vim.text, "the transcript is undone")
    assert vim.text.splitlines()[-1].startswith("End: 0")


def test_a_link_that_moves_while_it_is_transcribed_gets_its_transcript(start, note):
    vim = start(note(f"{COUNT}\n\nEnd.\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>Oabove<CR>above<Esc>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    assert vim.text.startswith(f"above\nabove\n{COUNT}\n\n<!-- cuttledoc ")


def test_a_range_takes_its_links_and_no_others(start, note):
    vim = start(note(f"{COUNT}\n\n![[message-to-anna.ogg]]\n\n![](audio/sourdough.mp3)\n"))
    vim.attached()
    vim.keys(":1,3Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text and ANNA in vim.text, "two transcripts")
    assert vim.lua("return #vim.lsp.get_clients({ name = 'cuttledoc' })") == 1
    assert vim.text.count("<!-- /cuttledoc -->") == 2


def test_a_visual_selection_is_a_range(start, note):
    init = "vim.keymap.set({ 'n', 'x' }, '<Space>t', '<Plug>(cuttledoc-transcribe)')"
    vim = start(note(f"{COUNT}\n\n![[message-to-anna.ogg]]\n"), init=init)
    vim.attached()
    vim.keys("Vjj<Space>t")
    vim.until(lambda: SAID in vim.text and ANNA in vim.text, "two transcripts")


def test_your_edits_stay_unless_a_bang_replaces_them(start, note):
    vim = start(note(f"{COUNT}\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    vim.keys(":%s/eleven herons/twelve storks/<CR>1G:Cuttledoc transcribe<CR>")
    vim.told("edited by hand and was left as it is")
    assert "twelve storks" in vim.text
    vim.keys(":Cuttledoc! transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript anew")


def test_two_documents_at_once(start, note):
    one, two = note(f"{COUNT}\n", "one.md"), note("![[message-to-anna.ogg]]\n", "two.md")
    vim = start(one, two)
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>:next<CR>")
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: ANNA in vim.text, "the second one's transcript")
    vim.keys(":previous<CR>")
    vim.until(lambda: SAID in vim.text, "the first one's transcript")


def test_a_file_with_crlf_keeps_its_line_ends(start, note):
    path = note(f"# Marsh\r\n\r\n{COUNT}\r\n\r\nEnd.\r\n")
    vim = start(path)
    vim.attached()
    vim.keys(":3Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    vim.keys(":write<CR>")
    vim.until(lambda: SAID.encode() in path.read_bytes(), "the file is written")
    written = path.read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n")
    assert b"\r\r" not in written


def test_paths_with_spaces_and_umlauts(start, note, workspace):
    shutil.copy(workspace / "audio" / "heron-count.m4a", workspace / "audio" / "früh am See.m4a")
    vim = start(note("![früh](<audio/früh am See.m4a>)\n", "Über den See.md"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    assert 'source="audio/früh am See.m4a"' in vim.text


def test_cancel_ends_the_work_and_leaves_the_document(start, note, workspace, long_recording):
    shutil.copy(long_recording, workspace / "long.wav")
    text = "![long](long.wav)"
    init = "vim.o.statusline = '%{%v:lua.require(\"cuttledoc\").statusline()%}|'"
    vim = start(note(text + "\n"), init=init)
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: vim.lua("return #require('cuttledoc').jobs()") == 1, "the job")
    vim.sees("Transcribing long.wav")
    vim.until(lambda: "%|" in vim.screen.splitlines()[-2], "the share in the status line")
    vim.until(lambda: "of 15:" in vim.screen.splitlines()[-1], "the progress at the bottom")
    vim.keys(":Cuttledoc cancel<CR>")
    vim.until(lambda: vim.lua("return #require('cuttledoc').jobs()") == 0, "the end of the job")
    vim.until(lambda: "|" in vim.screen and "long.wav 1" not in vim.screen, "an empty status line")
    assert vim.text == text


def test_completion_names_what_runs_and_cancels_that(start, note, workspace, long_recording):
    for name in ("long one.wav", "two.wav"):
        shutil.copy(long_recording, workspace / name)
    (workspace / "two.wav").write_bytes((workspace / "two.wav").read_bytes()[:-32000])
    vim = start(note("![](<long one.wav>)\n\n![](two.wav)\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe_all<CR>")
    vim.until(lambda: vim.lua("return #require('cuttledoc').jobs()") == 2, "two jobs")
    vim.keys(":Cuttledoc cancel <Tab><Tab><CR>")
    titles = "return vim.tbl_map(function(job) return job.title end, require('cuttledoc').jobs())"
    vim.until(lambda: len(vim.lua(titles)) == 1, "one job")
    vim.keys(":Cuttledoc cancel<CR>")
    vim.until(lambda: vim.lua(titles) == [], "no job")


def test_remove_takes_a_transcript_out(start, note):
    vim = start(note(f"{COUNT}\n\nEnd.\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    vim.keys(":Cuttledoc remove<CR>")
    vim.until(lambda: vim.text == f"{COUNT}\n\nEnd.", "the document as it was")


def test_refresh_follows_the_recording(start, note, workspace):
    vim = start(note(f"{COUNT}\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    shutil.copy(
        workspace / "audio" / "message-to-anna.ogg", workspace / "audio" / "heron-count.m4a"
    )
    vim.keys(":Cuttledoc refresh<CR>")
    vim.until(lambda: ANNA in vim.text and SAID not in vim.text, "the new transcript")


def test_a_recording_becomes_a_document_of_its_own(start, note):
    vim = start(note("# Nothing yet\n"))
    vim.attached()
    vim.keys(":Cuttledoc file audio/heron-count.m4a<CR>")
    vim.until(lambda: SAID in vim.text, "the transcript")
    assert "heron-count.m4a" in vim.text.splitlines()[0]
    assert vim.lua("return vim.bo.filetype") == "markdown"
    assert not vim.lua("return vim.api.nvim_buf_get_name(0)")


def test_a_place_without_a_link_is_told_in_one_sentence(start, note):
    vim = start(note("Nothing here.\n"))
    vim.attached()
    vim.keys(":Cuttledoc transcribe<CR>")
    vim.told("There is no link to a recording here. Put the cursor into a link")
    assert not vim.blocked
