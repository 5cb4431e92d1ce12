"""Several folders, other machines, other systems' paths: each through the wire."""

import shutil

import pytest
from lsprotocol import types

from cuttledoc_lsp.uris import path_of

HERON = "[heron](audio/heron-count.m4a)"


@pytest.fixture
def second(tmp_path, workspace):
    folder = tmp_path / "second notes"
    folder.mkdir()
    shutil.copy(workspace / "audio/sourdough.mp3", folder / "bread.mp3")
    return folder


async def test_each_folder_of_a_workspace_is_searched(start, workspace, second):
    editor = await start(folders=[workspace, second])
    (second / "other.md").write_text("[there](../notes/audio/heron-count.m4a)\n")
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    other = editor.open(second / "n.md", "[bread](bread.mp3)\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    await editor.command("transcribeDocument", uri=other.uri)
    assert "herons" in buffer.text
    assert "<!-- /cuttledoc -->" in other.text
    found = await editor.client.text_document_references_async(
        types.ReferenceParams(
            text_document=types.TextDocumentIdentifier(buffer.uri),
            position=editor.position(buffer, "heron]"),
            context=types.ReferenceContext(include_declaration=True),
        )
    )
    assert {path_of(one.uri) for one in found} == {workspace / "n.md", second / "other.md"}
    old, new = workspace / "audio/heron-count.m4a", second / "heron.m4a"
    edit = await editor.client.workspace_will_rename_files_async(
        types.RenameFilesParams([types.FileRename(old.as_uri(), new.as_uri())])
    )
    told = {path_of(one.text_document.uri).name: one.edits for one in edit.document_changes}
    assert [one.new_text for one in told["other.md"]] == ["heron.m4a"]
    assert "../second%20notes/heron.m4a" in [one.new_text for one in told["n.md"]]


async def test_a_folder_that_comes_later_counts_too(start, workspace, second):
    editor = await start()
    listed = (await editor.command("listRecordings"))["recordings"]
    assert not any(one["relative"].endswith("bread.mp3") for one in listed)
    assert editor.server_capabilities.workspace.workspace_folders.supported
    folder = types.WorkspaceFolder(second.as_uri(), second.name)
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent([folder], []))
    )
    listed = (await editor.command("listRecordings"))["recordings"]
    assert "second notes/bread.mp3" in [one["relative"] for one in listed]


@pytest.mark.parametrize("target", [r"audio\heron-count.m4a", r".\audio\heron-count.m4a"])
async def test_paths_as_windows_writes_them_are_found(editor, workspace, target):
    written = target.replace("\\", "\\\\") if "\\." in target else target
    buffer = editor.open(workspace / "n.md", f"[x](<{written}>)\n\n![[{target}]]\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert [one["outcome"] for one in answer["links"]] == ["inserted"] * 2
    assert all(one["path"].endswith("audio/heron-count.m4a") for one in answer["links"])


async def test_a_drive_that_is_not_there_is_told(editor, workspace):
    buffer = editor.open(workspace / "n.md", "[x](<C:\\\\notes\\\\a.mp3>) [y](file:///c:/a.mp3)\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert {one["error"]["code"] for one in answer["links"]} == {"media-not-found"}


async def test_documents_of_a_remote_window_are_files_here(start, workspace):
    """VS Code's window is on one machine; server and documents are on another."""
    remote = f"vscode-remote://wsl%2Bubuntu{workspace.as_posix()}"
    folder = types.WorkspaceFolder(remote, "notes")
    editor = await start(folders=[folder], client_name="Visual Studio Code")
    (workspace / "b.md").write_text(f"{HERON}\n")
    buffer = editor.open(f"{remote}/n.md", f"{HERON} 😀\n")
    document = types.TextDocumentIdentifier(buffer.uri)
    await editor.command("transcribeDocument", uri=buffer.uri)
    assert "herons" in buffer.text
    links = await editor.client.text_document_document_link_async(
        types.DocumentLinkParams(document)
    )
    assert links[0].target == f"{remote}/audio/heron-count.m4a"
    found = await editor.client.text_document_references_async(
        types.ReferenceParams(
            text_document=document,
            position=editor.position(buffer, "heron]"),
            context=types.ReferenceContext(include_declaration=True),
        )
    )
    assert {one.uri for one in found} == {buffer.uri, f"{remote}/b.md"}
    edit = await editor.client.workspace_will_rename_files_async(
        types.RenameFilesParams(
            [
                types.FileRename(
                    f"{remote}/audio/heron-count.m4a", f"{remote}/audio/grey%20heron.m4a"
                )
            ]
        )
    )
    assert {one.text_document.uri for one in edit.document_changes} == {
        buffer.uri,
        f"{remote}/b.md",
    }
    listed = (await editor.command("listRecordings"))["recordings"]
    assert all(one["uri"].startswith(f"{remote}/audio/") for one in listed)
    at = editor.place(buffer, "heron]")
    told = await editor.command("recordingAt", uri=buffer.uri, position=at)
    assert told["uri"] == f"{remote}/audio/heron-count.m4a"


async def test_an_untitled_document_without_a_folder_says_what_it_lacks(start):
    editor = await start(folders=[])
    buffer = editor.open("untitled:Untitled-1", f"{HERON}\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert "Save the document first" in answer["links"][0]["error"]["hint"]
    assert buffer.text == f"{HERON}\n"
