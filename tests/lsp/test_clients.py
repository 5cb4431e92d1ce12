"""The same session in editors of different abilities: VS Code, Neovim and Emacs."""

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

HERON = "[heron](audio/heron-count.m4a)"
BREAD = "[bread](audio/sourdough.mp3)"
CLIENTS = {
    "Visual Studio Code": "visual-studio-code",
    "Neovim": "neovim",
    "Emacs": "emacs",
}


@pytest.fixture(params=CLIENTS)
async def anyone(request, start):
    return await start(
        capabilities=client_capabilities(CLIENTS[request.param]), client_name=request.param
    )


async def test_a_whole_session(anyone, workspace):
    editor, client = anyone, anyone.client
    note = workspace / "n.md"
    note.write_text(f"# 😀 Notes\n\n{HERON} 😀\n\n{BREAD}\n\n[x](audio/heron-cuont.m4a)\n")
    buffer = editor.open(note)
    document = types.TextDocumentIdentifier(buffer.uri)
    place = editor.position(buffer, "heron]")

    hover = await client.text_document_hover_async(types.HoverParams(document, place))
    assert "heron-count.m4a" in hover.contents.value
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert [lens.command.title for lens in lenses] == ["Transcribe"] * 3
    links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
    assert len(links) == 2
    there = await client.text_document_definition_async(types.DefinitionParams(document, place))
    assert there.uri == (workspace / "audio/heron-count.m4a").as_uri()

    if client.capabilities.text_document.diagnostic:
        params = types.DocumentDiagnosticParams(document)
        items = (await client.text_document_diagnostic_async(params)).items
    else:
        await editor.until(lambda: client.diagnostics.get(buffer.uri))
        items = client.diagnostics[buffer.uri]
    assert [one.code for one in items] == ["no-file"]

    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert [one["outcome"] for one in answer["links"]] == ["inserted", "inserted", "failed"]
    assert "herons" in buffer.text
    if client.capabilities.window and client.capabilities.window.work_done_progress:
        assert isinstance(editor.progress()[0], types.WorkDoneProgressBegin)
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert len(symbols) == 2
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert len(folds) == 2
    context = types.ReferenceContext(include_declaration=True)
    found = await client.text_document_references_async(
        types.ReferenceParams(text_document=document, position=place, context=context)
    )
    assert len(found) == 1

    await editor.command(
        "removeTranscript", uri=buffer.uri, position=editor.place(buffer, "herons")
    )
    await editor.command(
        "removeTranscript", uri=buffer.uri, position=editor.place(buffer, "bread]")
    )
    assert buffer.text == note.read_text()


async def test_a_removed_transcript_is_there_again_at_once(anyone, workspace):
    editor = anyone
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    at = editor.place(buffer, "heron]")
    await editor.command("transcribeLink", uri=buffer.uri, position=at)
    with_transcript = buffer.text
    await editor.command("removeTranscript", uri=buffer.uri, position=at)
    assert buffer.text == f"{HERON}\n"
    await editor.command("transcribeLink", uri=buffer.uri, position=at)
    assert buffer.text == with_transcript


async def test_a_progress_that_the_client_brings_along_is_used(editor, workspace, long_recording):
    (workspace / "long.wav").symlink_to(long_recording)
    buffer = editor.open(workspace / "n.md", f"[long](long.wav)\n\n{HERON}\n")
    options = editor.server_capabilities.execute_command_provider
    assert options.work_done_progress
    await editor.command("transcribeDocument", token="mine", uri=buffer.uri)  # noqa: S106
    begin, *reports, end = editor.client.progress_reports["mine"]
    assert begin.title == "Transcribe all links of a document."
    assert isinstance(end, types.WorkDoneProgressEnd)
    assert any("long.wav: " in one.message for one in reports)
    percentages = [one.percentage for one in reports]
    assert percentages == sorted(percentages)
    assert percentages[-1] > 50
    await editor.command("transcribeDocument", token="mine2", uri=buffer.uri)  # noqa: S106
    assert len(editor.client.progress_reports["mine2"]) == 2  # nothing to do, and it ends
