"""The language server against a bare pygls server, and on very long documents.

    python benchmarks/lsp_session.py [--quick]

Prints: time from start to the answer of ``initialize``, resident memory after it, what one
keystroke costs in a document with 100 and with 5,000 links, and hover and code lens on a document
with 5,000 links while a recording is transcribed: at rest, right after a keystroke, and while
lenses are asked for. Last, how soon a cancelled job has ended.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECORDINGS = Path(__file__).parents[1] / "examples" / "recordings"

BARE = "from pygls.lsp.server import LanguageServer; LanguageServer('bare', '1').start_io()"


class Client:
    """A client that answers what a server asks with nothing, and measures."""

    def __init__(self, *command, env=None):
        self._process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
        )
        self.pid = self._process.pid
        self._number = 0
        self._answers = {}

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def receive(self):
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self._process.stdout.read(length))

    def begin(self, method, params):
        self._number += 1
        self.send(id=self._number, method=method, params=params)
        return self._number

    def wait(self, number):
        while number not in self._answers:
            message = self.receive()
            if "method" in message and "id" in message:
                self.send(id=message["id"], result=None)
            elif "id" in message and "method" not in message:
                self._answers[message["id"]] = message.get("result")
        return self._answers.pop(number)

    def ask(self, method, params):
        return self.wait(self.begin(method, params))

    def initialize(self, folder):
        self.ask(
            "initialize",
            {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}},
        )
        self.send(method="initialized", params={})

    def end(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def resident(pid):
    """Megabytes a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def start(command, folder):
    began = time.perf_counter()
    client = Client(*command)
    client.initialize(folder)
    took = time.perf_counter() - began
    time.sleep(0.3)
    memory = resident(client.pid)
    client.end()
    return took, memory


def note(links):
    return "# Notes\n\n" + "".join(
        f"Paragraph {number} with words.\n\n[memo {number}](memo-{number % 4}.m4a) 😀\n\n"
        for number in range(links)
    )


def opened(client, uri, links):
    client.send(
        method="textDocument/didOpen",
        params={
            "textDocument": {
                "uri": uri,
                "languageId": "markdown",
                "version": 1,
                "text": note(links),
            }
        },
    )


def keystrokes(client, folder, links, count):
    """Milliseconds of server time for one didChange: many of them, and an answer after the last."""
    uri = (folder / f"{links}.md").as_uri()
    opened(client, uri, links)
    lens = {"textDocument": {"uri": uri}}
    client.ask("textDocument/codeLens", lens)
    line = 2 * links
    times = []
    for batch in range(5):
        began = time.perf_counter()
        for number in range(count):
            place = {"line": line, "character": number}
            client.send(
                method="textDocument/didChange",
                params={
                    "textDocument": {"uri": uri, "version": 2 + batch * count + number},
                    "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
                },
            )
        client.ask("workspace/symbol", {"query": ""})
        times.append((time.perf_counter() - began) / count * 1000)
        time.sleep(1)
    return statistics.median(times)


def hovers(client, folder, count):
    """Milliseconds for hovers and code lenses on 5,000 links while something is transcribed."""
    uri = (folder / "long.md").as_uri()
    opened(client, uri, 5000)
    lens_times, times = [], []
    client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
    for number in range(8):  # look into each of the four recordings
        client.ask("textDocument/hover", where(uri, number))
        time.sleep(0.3)
    job = client.begin(
        "workspace/executeCommand",
        {
            "command": "cuttledoc.lsp.transcribeFile",
            "arguments": [{"path": str(folder / "long.m4a"), "force": True}],
        },
    )
    time.sleep(2)
    for number in range(count):
        began = time.perf_counter()
        answer = client.ask("textDocument/hover", where(uri, number * 17 % 5000))
        times.append((time.perf_counter() - began) * 1000)
        assert "kHz" in answer["contents"]["value"]
    for _ in range(10):
        began = time.perf_counter()
        client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
        lens_times.append((time.perf_counter() - began) * 1000)
    typed, beside = [], []
    for number in range(count // 5):
        place = {"line": 2, "character": number}
        client.send(
            method="textDocument/didChange",
            params={
                "textDocument": {"uri": uri, "version": 2 + number},
                "contentChanges": [{"range": {"start": place, "end": place}, "text": "x"}],
            },
        )
        began = time.perf_counter()
        client.ask("textDocument/hover", where(uri, 4000))
        typed.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    for _ in range(count // 5):
        lens = client.begin("textDocument/codeLens", {"textDocument": {"uri": uri}})
        began = time.perf_counter()
        client.ask("textDocument/hover", where(uri, 4000))
        beside.append((time.perf_counter() - began) * 1000)
        client.wait(lens)
    jobs = client.ask(
        "workspace/executeCommand", {"command": "cuttledoc.lsp.status", "arguments": []}
    )["jobs"]
    client.send(method="$/cancelRequest", params={"id": job})
    return {"hover": times, "typed": typed, "beside": beside, "lens": lens_times}, bool(jobs)


def cancellations(client, folder):
    """Milliseconds from a cancellation to the answer that the job has ended."""
    times = []
    for way in ("command", "request", "command", "request"):
        job = client.begin(
            "workspace/executeCommand",
            {
                "command": "cuttledoc.lsp.transcribeFile",
                "arguments": [{"path": str(folder / "long.m4a"), "force": True}],
            },
        )
        time.sleep(2)
        began = time.perf_counter()
        if way == "command":
            client.begin("workspace/executeCommand", {"command": "cuttledoc.lsp.cancel"})
        else:
            client.send(method="$/cancelRequest", params={"id": job})
        client.wait(job)
        times.append((time.perf_counter() - began) * 1000)
    return times


def where(uri, number):
    return {"textDocument": {"uri": uri}, "position": {"line": 4 + 4 * number, "character": 2}}


def long_recording(path):
    import av

    with av.open(str(path), "w") as out, av.open(str(RECORDINGS / "heron-count.m4a")) as one:
        source = one.streams.audio[0]
        stream = out.add_stream("aac", rate=source.rate)
        frames = list(one.decode(source))
        at = 0
        for _ in range(120):
            for frame in frames:
                frame.pts, frame.time_base = at, frame.time_base
                at += frame.samples
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    rounds = 3 if quick else 9
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, file in enumerate(sorted(RECORDINGS.glob("*.m[p4]*"))[:3] * 2):
            (folder / f"memo-{number % 4}.m4a").write_bytes(file.read_bytes())
        long_recording(folder / "long.m4a")
        bare = [start(("-c", BARE), folder) for _ in range(rounds)]
        ours = [start(("-m", "cuttledoc_lsp"), folder) for _ in range(rounds)]
        for column, label, unit in ((0, "start to initialized", "s"), (1, "resident memory", "MB")):
            one, other = (statistics.median(row[column] for row in rows) for rows in (bare, ours))
            print(
                f"{label:34} bare {one:8.2f} {unit}  ours {other:8.2f} {unit}  x{other / one:.2f}"
            )
        client = Client("-m", "cuttledoc_lsp")
        client.initialize(folder)
        few, many = (keystrokes(client, folder, links, 100) for links in (100, 5000))
        print(
            f"{'one keystroke, 100 / 5,000 links':34} {few:.3f} ms / {many:.3f} ms  "
            f"x{many / few:.2f}"
        )
        measured, busy = hovers(client, folder, 50 if quick else 300)
        print(f"with 5,000 links, while transcribing ({busy}):")
        labels = {
            "hover": "hover",
            "typed": "hover right after a keystroke",
            "beside": "hover while lenses are asked for",
            "lens": "code lens",
        }
        for kind, label in labels.items():
            times = sorted(measured[kind])
            print(
                f"  {label:32} median {statistics.median(times):.1f} ms, "
                f"p95 {times[int(len(times) * 0.95)]:.1f} ms"
            )
        worst = max(cancellations(client, folder))
        print(f"{'cancelling':34} at most {worst:.1f} ms")
        print(f"{'memory after that':34} {resident(client.pid):.1f} MB")
        client.end()


if __name__ == "__main__":
    main()
