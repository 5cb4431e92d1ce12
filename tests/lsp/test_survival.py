"""What goes wrong around the server costs one job, is told, and leaves the document whole."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.processes import children

HERON = "[heron](audio/heron-count.m4a)"


@pytest.fixture
def long_note(workspace, long_recording):
    shutil.copy(long_recording, workspace / "audio" / "long.wav")
    note = workspace / "long.md"
    note.write_text("# 😀\n\n[long](audio/long.wav)\n\nThe end.\n")
    return note


async def test_a_worker_killed_twenty_times_in_its_work(editor, long_note):
    text = long_note.read_text()
    buffer = editor.open(long_note)
    at = editor.place(buffer, "long]")
    server = editor.pid
    for number in range(20):
        editor.client.progress_reports.clear()
        editor.client.messages.clear()
        work = editor.start_command("transcribeLink", uri=buffer.uri, position=at)
        if number % 2:  # at its start, and in the middle of its work
            await editor.until(
                lambda: any(getattr(one, "percentage", 0) for one in editor.progress()), seconds=60
            )
        else:
            await editor.until(lambda: children(server))
        for worker in children(server):
            os.kill(worker, signal.SIGKILL)
        (link,) = (await work)["links"]
        assert link["outcome"] == "failed"
        assert "worker" in editor.messages[-1]
        assert "signal 9" in editor.messages[-1]
        assert buffer.text == text
    assert editor.pid == server
    note = editor.open(long_note.with_name("n.md"), f"{HERON}\n")
    await editor.command("transcribeDocument", uri=note.uri)
    assert "herons" in note.text
    assert len(children(server)) == 1


@pytest.fixture
def full_disk(tmp_path):
    """A folder on a disk of its own without any room."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip(f"no small disk can be mounted here: {mount.stderr.strip()}")
    try:
        with pytest.raises(OSError, match="No space"):
            (folder / "filled").write_bytes(bytes(100_000))
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


async def test_a_full_disk_under_the_cache_costs_no_transcript(start, workspace, full_disk):
    editor = await start(environment={"CUTTLEDOC_CACHE_DIR": str(full_disk / "cache")})
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "inserted"
    assert "herons" in buffer.text
    assert (await editor.command("clearCache")) == {"deleted": 0}


async def test_a_full_disk_under_the_models_is_told(start, workspace, full_disk, package_folder):
    models = {"CUTTLEDOC_MODELS_DIR": str(full_disk / "models")}
    editor = await start(environment=models | package_folder)
    editor.answer = "Download"
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    answer = await editor.command("transcribeDocument", uri=buffer.uri)
    assert answer["links"][0]["outcome"] == "failed"
    assert buffer.text == f"{HERON}\n"
    assert any("is full. Make room" in message for message in editor.messages)
    assert not any("Traceback" in message for message in editor.messages)
    assert (await editor.command("status"))["modelInstalled"] is False


async def test_a_full_disk_under_the_log_does_not_end_the_server(start, workspace, full_disk):
    arguments = ("--log-file", str(full_disk / "log.txt"), "--log-level", "debug")
    editor = await start(arguments=arguments)
    buffer = editor.open(workspace / "n.md", f"{HERON}\n")
    await editor.command("transcribeDocument", uri=buffer.uri)
    assert "herons" in buffer.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
METHODS = st.sampled_from(
    [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/hover",
        "textDocument/codeLens",
        "codeLens/resolve",
        "textDocument/codeAction",
        "textDocument/rename",
        "workspace/executeCommand",
        "workspace/didChangeConfiguration",
        "workspace/willRenameFiles",
        "window/workDoneProgress/cancel",
        "$/cancelRequest",
        "$/unknown",
        "nobody/knows",
    ]
)
WRONG = st.one_of(
    st.binary(max_size=40),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0"), "method": METHODS},
        optional={"id": st.integers(10**6, 10**7) | st.text(max_size=3), "params": JSON},
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0"), "id": JSON}, optional={"result": JSON, "error": JSON}
    ).map(lambda value: json.dumps(value).encode()),
)


class Raw:
    """A client that says whatever it likes."""

    def __init__(self, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cuttledoc_lsp"],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def send(self, body):
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name == b"Content-Length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def ask(self, method, params):
        self.send(
            json.dumps(
                {"jsonrpc": "2.0", "id": "ours", "method": method, "params": params}
            ).encode()
        )
        told = []
        while True:
            message = self.receive()
            if message.get("id") == "ours" and "method" not in message:
                return message["result"], told
            told.append(message)


@pytest.fixture
def raw(environment):
    client = Raw(environment)
    yield client
    client.process.stdin.close()
    client.process.stdout.close()
    assert client.process.wait(5) == 1


def test_whatever_is_sent_the_server_answers_the_next_question(raw):
    raw.ask("initialize", {"capabilities": {}, "processId": None, "rootUri": None})

    @settings(max_examples=500, database=None)
    @given(WRONG)
    def send(body):
        raw.send(body)

    send()
    answer, told = raw.ask(
        "workspace/executeCommand", {"command": "cuttledoc.lsp.status", "arguments": []}
    )
    assert answer["version"]
    shown = [one["params"]["message"] for one in told if one.get("method") == "window/showMessage"]
    assert not any("Traceback" in message for message in shown)
    assert len(shown) == len(set(shown))  # each thing is told once
