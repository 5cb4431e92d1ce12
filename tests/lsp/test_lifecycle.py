"""How a session begins and ends, what is survived, and that nothing is left behind."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.processes import children, gone

HERON = "[heron](audio/heron-count.m4a)"


@pytest.fixture
def long_note(workspace, long_recording):
    shutil.copy(long_recording, workspace / "audio" / "long.wav")
    note = workspace / "long.md"
    note.write_text("[long](audio/long.wav)\n")
    return note


async def busy(editor, note):
    """A server with a worker in the middle of a job; returns the processes and the job."""
    buffer = editor.open(note)
    work = editor.start_command("transcribeDocument", uri=buffer.uri)
    await editor.until(
        lambda: any(getattr(one, "percentage", 0) for one in editor.progress()), seconds=60
    )
    return buffer, [editor.pid, *children(editor.pid)], work


async def test_shutdown_and_exit_end_everything_in_two_seconds(editor, long_note):
    _, pids, work = await busy(editor, long_note)
    assert len(pids) == 2
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    assert await gone(pids, 2)
    assert await editor.client._server.wait() == 0
    work.cancel()


async def test_exit_without_shutdown_is_a_failure(editor):
    editor.client.exit(None)
    assert await editor.client._server.wait() == 1


async def test_a_lost_client_ends_everything(editor, long_note):
    _, pids, work = await busy(editor, long_note)
    editor.client._server.stdin.close()
    assert await gone(pids, 2)
    work.cancel()


async def test_the_server_ends_when_the_process_of_its_client_does(start, long_note):
    stranger = subprocess.Popen(  # noqa: ASYNC220 - starting takes no time
        [sys.executable, "-c", "import time; time.sleep(99)"]
    )
    editor = await start(process_id=stranger.pid)
    _, pids, work = await busy(editor, long_note)
    stranger.kill()
    stranger.wait()
    assert await gone(pids, 2)
    work.cancel()


CLIENT = """
import asyncio, sys
from pathlib import Path
from lsp.editor import start_editor

async def main():
    editor = await start_editor(Path(sys.argv[1]).parent, {})
    buffer = editor.open(Path(sys.argv[1]))
    work = editor.start_command("transcribeDocument", uri=buffer.uri)
    await editor.until(lambda: any(getattr(one, "percentage", 0) for one in editor.progress()), 60)
    print(editor.pid, flush=True)
    await work

asyncio.run(main())
"""


async def test_nothing_is_left_three_seconds_after_the_client_is_killed(environment, long_note):
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
    client = subprocess.Popen(  # noqa: ASYNC220 - starting takes no time
        [sys.executable, "-c", CLIENT, str(long_note)],
        env={**os.environ, **environment, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
    )
    server = int(await asyncio.to_thread(client.stdout.readline))
    pids = [server, *children(server)]
    assert len(pids) == 2
    client.kill()
    client.wait()
    client.stdout.close()
    assert await gone(pids, 3)


async def test_a_damaged_model_is_asked_to_be_fetched_again(
    start, workspace, installed_models, tmp_path
):
    models = tmp_path / "models"
    shutil.copytree(installed_models, models)
    file = models / "moonshine-tiny-en" / "encoder_model.ort"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    editor = await start(environment={"CUTTLEDOC_MODELS_DIR": str(models)})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "cancelled"
    (question,) = editor.questions
    assert question.message.startswith("Transcribing needs moonshine-tiny-en (44 MB).")
    assert buffer.text == f"{HERON}\n"


async def test_a_missing_model_is_downloaded_only_after_asking(
    start, workspace, tmp_path, package_folder
):
    models = {"CUTTLEDOC_MODELS_DIR": str(tmp_path / "models")}
    editor = await start(environment=models | package_folder)
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "cancelled"
    (question,) = editor.questions
    assert question.message == (
        "Transcribing needs moonshine-tiny-en and silero-vad (47 MB). Download now?"
    )
    assert not (tmp_path / "models" / "moonshine-tiny-en").exists()
    editor.answer = "Download"
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "inserted"
    titles = [
        one.title for one in editor.progress() if isinstance(one, types.WorkDoneProgressBegin)
    ]
    assert "Downloading the model moonshine-tiny-en" in titles
    models = (await editor.command("listModels"))["models"]
    assert {one["id"] for one in models if one["installed"]} == {"moonshine-tiny-en", "silero-vad"}
    assert await editor.command("removeModel", id="moonshine-tiny-en") == {"done": True}
    assert not (await editor.command("status"))["modelInstalled"]


async def test_malformed_messages_are_survived_and_told_once(editor, workspace):
    stdin = editor.client._server.stdin
    for body in (
        b"{",
        b"[]",
        b"null",
        b'{"jsonrpc": "1.0"}',
        b'{"jsonrpc": "2.0", "id": 1}',
        b'{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"x":1}}',
        b"\xff\xfe",
    ):
        stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stdin.write(b"no header at all\r\n\r\n")
    wrong = {"jsonrpc": "2.0", "id": "w", "method": "textDocument/hover", "params": {"a": 1}}
    future = asyncio.get_running_loop().create_future()
    editor.client.protocol._request_futures["w"] = future
    body = json.dumps(wrong).encode()
    stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    assert "herons" in buffer.text
    assert sum("cannot read" in message for message in editor.messages) == 1
    assert not any(
        "Traceback" in message or "Error in server" in message for message in editor.messages
    )
    assert future.done()  # a request with wrong parameters is answered
    assert future.exception() is not None


async def test_settings_that_are_wrong_are_told_once(start, workspace):
    editor = await start(configuration={"style": "fancy"})
    await editor.until(lambda: editor.messages)
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    await editor.command("status")
    assert editor.messages == [
        (
            "The setting “cuttledoc.style” cannot be 'fancy': allowed are quote, callout, details, "
            "plain. The default is used."
        )
    ]


async def test_settings_hold_as_soon_as_they_change(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    worker = children(editor.pid)
    editor.client.set_configuration({"cuttledoc": {"style": "details"}})
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await asyncio.sleep(0.3)
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "replaced"
    assert "<details>" in buffer.text
    assert children(editor.pid) == worker  # a new style needs no new worker


async def test_the_cache_is_cleared_and_documents_are_not(editor, workspace):
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    text = buffer.text
    assert await editor.command("clearCache") == {"deleted": 1}
    assert await editor.command("clearCache") == {"deleted": 0}
    assert buffer.text == text


def test_the_version_is_told():
    run = subprocess.run(
        [sys.executable, "-m", "cuttledoc_lsp", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("cuttledoc-lsp ")


def test_the_server_imports_nothing_that_touches_sound_or_the_network():
    code = (
        "import sys, cuttledoc_lsp.__main__, cuttledoc_lsp.features, cuttledoc_lsp.notes\n"
        "from cuttledoc.markdown import page, place, render, resolve\n"
        "heavy = {'sherpa_onnx', 'numpy', 'av', 'cuttledoc.recognise', 'httpx', 'pip', 'rich'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stderr.strip() == ""
    assert run.returncode == 0
