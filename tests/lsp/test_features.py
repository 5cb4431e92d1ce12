"""What an editor shows about recordings: each feature through the wire, in a real session."""

import asyncio
import os
import shutil
import signal

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities

from lsp.editor import plain
from lsp.processes import children

HERON = "[heron](audio/heron-count.m4a)"
BREAD = "[bread](audio/sourdough.mp3)"


def identifier(buffer):
    return types.TextDocumentIdentifier(buffer.uri)


async def hover(editor, buffer, needle, into=1):
    answer = await editor.client.text_document_hover_async(
        types.HoverParams(identifier(buffer), editor.position(buffer, needle, into=into))
    )
    return answer and answer.contents.value


async def actions(editor, buffer, needle, diagnostics=()):
    place = editor.position(buffer, needle)
    params = types.CodeActionParams(
        identifier(buffer),
        types.Range(place, place),
        types.CodeActionContext(diagnostics=list(diagnostics)),
    )
    # lsprotocol takes every action that has a command for a bare Command, so it is told not to.
    protocol = editor.client.protocol
    answer = protocol.send_request(types.TEXT_DOCUMENT_CODE_ACTION, params, msg_id="actions")
    protocol._result_types["actions"] = None
    converter = protocol._converter
    return [
        converter.structure(converter.unstructure(one), types.CodeAction)
        for one in await asyncio.wrap_future(answer)
    ]


async def diagnostics(editor, buffer, count):
    await editor.until(lambda: len(editor.client.diagnostics.get(buffer.uri, ())) == count)
    return list(editor.client.diagnostics[buffer.uri])


def said(editor, buffer, where):
    """The text in a range."""
    span = buffer.lines(editor.encoding).span(where)
    return buffer.text[span.start : span.end]


# --- hover ---------------------------------------------------------------------------------------


async def test_hover_shows_name_duration_format_and_size(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"😀 {HERON}\n")
    text = await hover(editor, buffer, "heron]")
    if "kHz" not in text:  # the first look into a file may take longer than a hover waits
        await asyncio.sleep(2)
        text = await hover(editor, buffer, "heron]")
    assert "**heron-count.m4a** · 0:" in text
    assert "aac" in text
    assert "kHz" in text
    assert "mono" in text
    assert "kB" in text
    assert "No transcript yet" in text


async def test_hover_shows_the_first_words_and_whether_they_are_stale(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    text = await hover(editor, buffer, "heron]")
    assert "> " in text
    assert "first round" in text
    assert "changed since" not in text


async def test_hover_on_a_time_stamp_tells_the_place(start, workspace):
    editor = await start(configuration={"timestamps": "paragraph"})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    assert await hover(editor, buffer, "[0:00]", into=2) == "0:00 in heron-count.m4a"


async def test_hover_of_a_missing_file_says_what_to_do(editor, workspace):
    buffer = editor.open(workspace / "n.md", "[x](audio/heron-cuont.m4a) and text\n")
    assert "heron-count.m4a" in await hover(editor, buffer, "x]")
    assert await hover(editor, buffer, "and text") is None


async def test_what_is_known_is_shown_though_the_worker_is_stopped(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    while "kHz" not in await hover(editor, buffer, "heron]"):
        pass
    await editor.until(lambda: children(editor.pid))
    (worker,) = children(editor.pid)
    os.kill(worker, signal.SIGSTOP)
    try:
        shutil.copy(workspace / "audio/sourdough.mp3", workspace / "audio/new.mp3")
        editor.type(buffer, len(buffer.text), "\n[new](audio/new.mp3)\n")
        new = await hover(editor, buffer, "new]")  # waits for no one for long
        assert "new.mp3" in new
        assert "kHz" not in new
        assert "kHz" in await hover(editor, buffer, "heron]")
    finally:
        os.kill(worker, signal.SIGCONT)


# --- lenses, actions -----------------------------------------------------------------------------


async def test_lenses_stand_above_links_and_name_our_commands(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"Text.\n\n{HERON}\n\n[w](https://x.org/a.mp3)\n")
    params = types.CodeLensParams(identifier(buffer))
    (lens,) = await editor.client.text_document_code_lens_async(params)
    assert (lens.command.title, lens.range.start.line) == ("Transcribe", 2)
    assert lens.command.command in editor.server_capabilities.execute_command_provider.commands
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(lens.command.command, lens.command.arguments)
    )
    assert "herons" in buffer.text
    titles = [
        one.command.title for one in await editor.client.text_document_code_lens_async(params)
    ]
    assert titles[0] == "Refresh"


async def test_lenses_can_be_switched_off(start, workspace):
    editor = await start(configuration={"codeLens": False})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await asyncio.sleep(0.3)
    params = types.CodeLensParams(identifier(buffer))
    assert not await editor.client.text_document_code_lens_async(params)


async def test_actions_transcribe_convert_and_remove(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"Text.\n\n{HERON}\n")
    titles = {one.title: one for one in await actions(editor, buffer, "heron]")}
    assert set(titles) == {
        "Transcribe this recording",
        "Write the link as [[audio/heron-count.m4a]]",
        "Transcribe all recordings here",
    }
    before = buffer.text
    await editor.command("transcribeDocument", uri=buffer.uri)
    titles = {one.title: one for one in await actions(editor, buffer, "herons")}
    remove = titles["Remove this transcript"]
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(remove.command.command, remove.command.arguments)
    )
    assert buffer.text == before


async def test_a_converted_link_still_owns_its_transcript(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    (convert,) = [
        one for one in await actions(editor, buffer, "heron]") if one.title.startswith("Write")
    ]
    editor._apply(types.ApplyWorkspaceEditParams(convert.edit))
    assert buffer.text.startswith("[[audio/heron-count.m4a]]\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "unchanged"


# --- diagnostics ---------------------------------------------------------------------------------


async def test_a_missing_file_is_marked_and_the_near_name_is_the_fix(editor, workspace):
    buffer = editor.open(workspace / "n.md", "😀 [x](audio/heron-cuont.m4a)\n")
    (one,) = await diagnostics(editor, buffer, 1)
    assert said(editor, buffer, one.range) == "audio/heron-cuont.m4a"
    assert (one.code, one.source) == ("no-file", "cuttledoc")
    fixes = [fix for fix in await actions(editor, buffer, "audio/", [one]) if fix.is_preferred]
    editor._apply(types.ApplyWorkspaceEditParams(fixes[0].edit))
    assert buffer.text == "😀 [x](audio/heron-count.m4a)\n"
    await diagnostics(editor, buffer, 0)


async def test_a_changed_recording_makes_its_transcript_stale(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    shutil.copy(workspace / "audio/message-to-anna.ogg", workspace / "audio/heron-count.m4a")
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
    (one,) = await diagnostics(editor, buffer, 1)
    assert one.code == "stale"
    (fix,) = [fix for fix in await actions(editor, buffer, "heron]", [one]) if fix.is_preferred]
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(fix.command.command, fix.command.arguments)
    )
    assert "second camera" in buffer.text
    await diagnostics(editor, buffer, 0)


async def test_an_unreadable_recording_is_marked_once_it_was_tried(editor, workspace):
    (workspace / "audio" / "bad.mp3").write_text("This is a note, not a recording.\n" * 40)
    buffer = editor.open(workspace / "n.md", "[bad](audio/bad.mp3)\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "failed"
    (one,) = await diagnostics(editor, buffer, 1)
    assert one.code == "unreadable"


async def test_a_missing_model_is_told_with_its_download_as_the_fix(start, workspace, tmp_path):
    editor = await start(environment={"CUTTLEDOC_MODELS_DIR": str(tmp_path / "none")})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    (one,) = await diagnostics(editor, buffer, 1)
    assert one.code == "no-model"
    titles = [fix.title for fix in await actions(editor, buffer, "heron]", [one])]
    assert "Download moonshine-tiny-en" in titles


async def test_diagnostics_can_be_pulled(editor, workspace):
    buffer = editor.open(workspace / "n.md", "[x](nowhere.m4a)\n")
    report = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(identifier(buffer))
    )
    assert [one.code for one in report.items] == ["no-file"]


async def test_the_client_is_asked_to_watch_recordings(editor):
    await editor.until(lambda: editor.registered)
    (watching,) = [
        one for one in editor.registered if one.method == "workspace/didChangeWatchedFiles"
    ]
    (watcher,) = plain(watching.register_options)["watchers"]
    assert watcher["globPattern"].startswith("**/*.{")
    assert "m4a" in watcher["globPattern"]


async def test_a_client_that_pulls_is_told_to_pull_again_when_files_change(start, workspace):
    capabilities = client_capabilities("visual-studio-code")
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities()
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(
        refresh_support=True
    )
    editor = await start(capabilities=capabilities)
    buffer = editor.open(workspace / "n.md", "[x](audio/later.mp3)\n")
    params = types.DocumentDiagnosticParams(identifier(buffer))
    assert len((await editor.client.text_document_diagnostic_async(params)).items) == 1
    shutil.copy(workspace / "audio/sourdough.mp3", workspace / "audio/later.mp3")
    uri = (workspace / "audio/later.mp3").as_uri()
    editor.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(uri, types.FileChangeType.Created)])
    )
    await editor.until(lambda: types.WORKSPACE_DIAGNOSTIC_REFRESH in editor.heard)
    assert (await editor.client.text_document_diagnostic_async(params)).items == ()
    assert buffer.uri not in editor.client.diagnostics  # and nothing is pushed


# --- going there ---------------------------------------------------------------------------------


async def test_links_and_definitions_lead_to_the_file(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n[gone](gone.mp3)\n\n![[sourdough.mp3]]\n")
    links = await editor.client.text_document_document_link_async(
        types.DocumentLinkParams(identifier(buffer))
    )
    assert [one.target for one in links] == [
        (workspace / "audio" / name).as_uri() for name in ("heron-count.m4a", "sourdough.mp3")
    ]
    place = await editor.client.text_document_definition_async(
        types.DefinitionParams(identifier(buffer), editor.position(buffer, "![[", into=4))
    )
    assert place.uri == links[1].target


@pytest.mark.parametrize(
    ("typed", "labels", "becomes"),
    [
        ("[x](au", ["audio/"], "[x](audio/"),
        ("[x](audio/he", ["a b.mp3", "footbridge.mp4", "heron-count.m4a"], "[x](audio/a%20b.mp3"),
        ("![[audio/", ["a b.mp3", "footbridge.mp4", "heron-count.m4a"], "![[audio/a b.mp3"),
        ("plain au", None, None),
        ("[x](https://", None, None),
        ("[x](//server/", None, None),
    ],
)
async def test_completion_offers_recordings_inside_targets(
    editor, workspace, typed, labels, becomes
):
    shutil.copy(workspace / "audio/sourdough.mp3", workspace / "audio/a b.mp3")
    (workspace / "audio" / "notes.txt").write_text("no recording")
    buffer = editor.open(workspace / "n.md", f"😀 {typed}")
    end = buffer.lines(editor.encoding).position(len(buffer.text))
    answer = await editor.client.text_document_completion_async(
        types.CompletionParams(identifier(buffer), end)
    )
    if labels is None:
        assert answer is None
        return
    assert [one.label for one in answer.items][: len(labels)] == labels
    edit = answer.items[0].text_edit
    span = buffer.lines(editor.encoding).span(edit.range)
    assert buffer.text[2 : span.start] + edit.new_text == becomes


async def test_transcripts_fold_and_are_symbols(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n\n{BREAD}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    folds = await editor.client.text_document_folding_range_async(
        types.FoldingRangeParams(identifier(buffer))
    )
    assert folds[0].start_line == 2
    assert buffer.text.splitlines()[folds[0].end_line] == "<!-- /cuttledoc -->"
    symbols = await editor.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(identifier(buffer))
    )
    assert [one.name for one in symbols] == [
        "Transcript of heron-count.m4a",
        "Transcript of sourdough.mp3",
    ]


async def test_words_said_are_found_in_the_whole_workspace(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    (workspace / "b.md").write_text(buffer.text.replace("herons", "HERONS"))
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("herons"))
    assert {one.location.uri for one in found} == {buffer.uri, (workspace / "b.md").as_uri()}
    assert said(editor, buffer, found[0].location.range).casefold() == "herons"
    assert not await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams("sha256"))


async def test_durations_are_hinted_when_switched_on(start, workspace):
    editor = await start(configuration={"inlayHints": True})
    buffer = editor.open(workspace / "n.md", f"😀 {HERON} x\n")
    await asyncio.sleep(0.3)
    whole = types.Range(types.Position(0, 0), types.Position(9, 0))
    (hint,) = await editor.client.text_document_inlay_hint_async(
        types.InlayHintParams(identifier(buffer), whole)
    )
    assert hint.label.startswith("0:")
    assert said(editor, buffer, types.Range(hint.position, types.Position(1, 0))) == " x\n"


# --- moving recordings ---------------------------------------------------------------------------


async def test_references_are_found_in_documents_that_are_not_open(editor, workspace):
    (workspace / "sub").mkdir()
    (workspace / "sub" / "b.md").write_text("[up](../audio/heron-count.m4a)\n")
    buffer = editor.open(workspace / "n.md", f"{HERON} and again {HERON}\n")
    found = await editor.client.text_document_references_async(
        types.ReferenceParams(
            text_document=identifier(buffer),
            position=editor.position(buffer, "heron]"),
            context=types.ReferenceContext(include_declaration=True),
        )
    )
    assert [one.uri.rsplit("/", 1)[1] for one in found] == ["n.md", "n.md", "b.md"]


async def test_moving_a_recording_changes_links_and_markers(editor, workspace):
    (workspace / "sub").mkdir()
    (workspace / "sub" / "b.md").write_text("[up](../audio/heron-count.m4a#t=3)\n")
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    old, new = workspace / "audio" / "heron-count.m4a", workspace / "sub" / "new name.m4a"
    edit = await editor.client.workspace_will_rename_files_async(
        types.RenameFilesParams([types.FileRename(old.as_uri(), new.as_uri())])
    )
    mine, other = edit.document_changes
    assert [one.new_text for one in other.edits] == ["new%20name.m4a#t=3"]
    editor._apply(types.ApplyWorkspaceEditParams(types.WorkspaceEdit(document_changes=[mine])))
    old.rename(new)
    assert buffer.text.startswith(
        '[heron](sub/new%20name.m4a)\n\n<!-- cuttledoc source="sub/new name'
    )
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "unchanged"


async def test_rename_from_a_link_renames_the_file_too(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    where = editor.position(buffer, "heron]")
    edit = await editor.client.text_document_rename_async(
        types.RenameParams(identifier(buffer), where, "marsh.m4a")
    )
    change, moving = edit.document_changes
    assert change.edits[0].new_text == "audio/marsh.m4a"
    assert moving.new_uri.endswith("/audio/marsh.m4a")
    with pytest.raises(JsonRpcException, match="already a file"):
        await editor.client.text_document_rename_async(
            types.RenameParams(identifier(buffer), where, "sourdough.mp3")
        )
