"""Each line of docs/security.md, shown."""

import asyncio
import http.server
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest
from lsprotocol import types

from cuttledoc.markdown.page import read_page
from cuttledoc.markdown.place import plan
from cuttledoc.markdown.span import apply
from cuttledoc.settings import Settings, Style
from cuttledoc.transcript import Segment, Transcript
from cuttledoc_lsp.glance import Glance
from cuttledoc_lsp.insertion import draft_of
from lsp.processes import children

HERON = "[heron](audio/heron-count.m4a)"


async def everything(editor, buffer, needle):
    """All that an editor asks about a link, as quick as it can."""
    identifier = types.TextDocumentIdentifier(buffer.uri)
    place = editor.position(buffer, needle)
    client = editor.client
    await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(identifier))
    await client.text_document_code_lens_async(types.CodeLensParams(identifier))
    await client.text_document_document_link_async(types.DocumentLinkParams(identifier))
    await client.text_document_definition_async(types.DefinitionParams(identifier, place))
    hover = await client.text_document_hover_async(types.HoverParams(identifier, place))
    return hover.contents.value


@pytest.mark.parametrize("kind", ["device", "pipe", "socket", "folder"])
async def test_a_link_never_opens_what_is_no_file(editor, workspace, kind):
    path = workspace / "x.mp3"
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        here = Path.cwd()
        os.chdir(workspace)  # a socket's path has to be short
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind("x.mp3")
        finally:
            os.chdir(here)
    else:
        path.mkdir()
    buffer = editor.open(workspace / "n.md", "[x](x.mp3)\n")
    assert "no file" in await everything(editor, buffer, "x]")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["error"]["code"] == "media-not-a-file"
    answer = await editor.command("transcribeFile", path=str(path))
    assert answer["error"]["code"] == "media-not-a-file"


@pytest.mark.parametrize(
    "target", ["//server/share/a.mp3", "file://server/share/a.mp3", r"\\\\server\\share\\a.mp3"]
)
async def test_a_path_on_a_file_server_is_refused_unseen(editor, workspace, target):
    buffer = editor.open(workspace / "n.md", f"[x](<{target}>)\n")
    assert "file server" in await everything(editor, buffer, "x]")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["error"]["code"] == "media-network-path"


async def test_an_address_on_the_network_is_never_fetched(editor, workspace):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

        do_HEAD = do_GET  # noqa: N815 - the library's name

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        link = f"http://127.0.0.1:{server.server_port}/a.mp3"
        buffer = editor.open(workspace / "n.md", f"[x]({link})\n")
        assert "network" in await everything(editor, buffer, "x]")
        await editor.command("transcribeLink", uri=buffer.uri, position=editor.place(buffer, "x]"))
        await asyncio.sleep(0.5)
        server.shutdown()
        thread.join()
    assert asked == []


async def test_opening_a_document_reads_no_recording(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    identifier = types.TextDocumentIdentifier(buffer.uri)
    await editor.client.text_document_code_lens_async(types.CodeLensParams(identifier))
    await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(identifier))
    await asyncio.sleep(0.6)
    assert children(editor.pid) == []  # no worker: nothing was decoded


async def test_a_workspace_cannot_redirect_models_cache_or_downloads(start, workspace, tmp_path):
    evil = str(tmp_path / "evil")
    editor = await start(
        configuration={"modelsDir": evil, "cacheDir": evil, "mirror": "http://127.0.0.1:9/"}
    )
    await editor.until(lambda: len(editor.messages) == 3)
    status = await editor.command("status")
    assert evil not in (status["modelsDir"], status["cacheDir"])
    assert all("your own settings" in message for message in editor.messages)


HOSTILE = (
    "<!-- /cuttledoc --> </details><script>alert(1)</script> --> [x](y.mp3) ![[z.mp3]]"
    "\n\n# Heading\n```\n> quote <img src=x onerror=y>"
)


@pytest.mark.parametrize("style", Style)
def test_what_was_said_cannot_leave_its_block_or_act_as_markup(style):
    text = "[a](a.mp3)\n\nEnd.\n"
    page = read_page(text)
    transcript = Transcript(
        segments=(Segment(HOSTILE, 0, 1),), model="m", language=None, duration=1, processing_time=0
    )
    draft = draft_of(transcript, audio="0" * 64, name=HOSTILE, settings=Settings(style=style))
    new = apply(text, [plan(page, page.links[0], draft).change])
    after = read_page(new)
    (block,) = after.blocks
    assert len(after.links) == 1
    assert new[: block.span.start] + new[block.span.end :] == "[a](a.mp3)\n\n\n\nEnd.\n"
    assert "<script" not in block.body.replace("\\<script", "").replace("&lt;script", "")


def test_a_hostile_file_name_cannot_act_in_a_hover():
    text = Glance(target="<img src=x>[a](command:evil)`b`.mp3").markdown()
    assert text == "**\\<img src=x>\\[a](command:evil)\\`b\\`.mp3**"


async def test_the_log_names_no_contents(start, workspace, tmp_path):
    log = tmp_path / "log.txt"
    editor = await start(arguments=("--log-file", str(log), "--log-level", "debug"))
    shutil.copy(workspace / "audio/heron-count.m4a", workspace / "a.m4a")
    buffer = editor.open(workspace / "n.md", "A private thought.\n\n[x](a.m4a)\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    editor.type(buffer, 0, "More private. ")
    await asyncio.sleep(0.5)
    written = log.read_text()
    assert "job 1" in written
    assert "private" not in written
    assert "heron" not in written
