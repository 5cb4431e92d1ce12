"""Transcribing as a person does it: keys, the real server, the real model."""


def test_the_first_transcript_comes_below_its_link(start, workspace):
    note = workspace / "note.md"
    note.write_text("# Marsh\n\n![count](audio/heron-count.m4a)\n\nEnd.\n", encoding="utf-8")
    vim = start(note)
    vim.attached()
    vim.keys(":Cuttledoc transcribe_all<CR>")
    vim.until(lambda: "eleven herons" in vim.text, "the transcript")
    assert vim.text.startswith("# Marsh\n\n![count](audio/heron-count.m4a)\n\n<!-- cuttledoc ")
    assert vim.text.endswith("<!-- /cuttledoc -->\n\nEnd.")
    vim.keys("u")
    vim.until(lambda: vim.text == "# Marsh\n\n![count](audio/heron-count.m4a)\n\nEnd.", "one undo")
