"""A real web server on the loopback address, and real archives of the real models."""

import io
import os
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from cuttledoc.models.catalogue import ArchiveSource, find_model
from cuttledoc.models.gather import sha256_of
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings, SourceKind

RELEASE = "asr-models"


@dataclass
class Site:
    """What the server offers, how it misbehaves, and what it was asked.

    ``faults`` are used up in order, one for each request: a status such as 500, or ``cut``
    (the connection breaks in the middle), ``hang`` (nothing comes after the first part).
    """

    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    faults: list[int | str] = field(default_factory=list)
    ranges: bool = True
    seconds: float = 0.0
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""
    hanging: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        site = self.site
        path = self.path.removeprefix("http://models.example")  # as a proxy is asked
        site.requests.append((self.path, self.headers["Range"]))
        fault = site.faults.pop(0) if site.faults else None
        if isinstance(fault, int):
            self.send_error(fault)
        elif path in site.redirects:
            self.send_response(302)
            self.send_header("Location", site.redirects[path])
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path in site.files:
            self._send(site.files[path], fault)
        else:
            self.send_error(404)

    def _send(self, data: bytes, fault: str | None) -> None:
        etag = f'"{len(data)}-{hash(data)}"'
        start = 0
        asked = self.headers["Range"]
        if asked and self.site.ranges and self.headers["If-Range"] == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", etag)
        self.send_header("Content-Type", "text/html" if self.path.endswith("/") else "a/b")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        half = start + (len(data) - start) // 2
        self.wfile.write(data[start:half])
        if fault == "hang":
            self.site.hanging.set()
            self.site.stop.wait(30)
        if fault in {"cut", "hang"}:
            self.close_connection = True
            return
        time.sleep(self.site.seconds)
        self.wfile.write(data[half:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[object]:
    """Starts servers: ``serve(files={...}, faults=[...])`` gives the Site."""
    running = []

    def start(**options: object) -> Site:
        site = Site(**options)
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("H", (Handler,), {"site": site}))
        server.daemon_threads = True
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        running.append((site, server, thread))
        return site

    yield start
    for site, server, thread in running:
        site.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """Neither the machine's pip settings nor its proxies reach these tests."""
    for name in os.environ:
        if name.startswith("PIP_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


@pytest.fixture
def no_index(monkeypatch):
    """Pip finds nothing anywhere."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "models")


@pytest.fixture
def settings_of():
    """Settings that allow the given sources."""

    def make(*sources: str, mirror: str = "") -> Settings:
        return Settings(sources=tuple(map(SourceKind, sources)), mirror=mirror)

    return make


def tar_bytes(folder: Path, mode: str = "w:bz2") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(mode=mode, fileobj=packed) as archive:
        archive.add(folder, f"sherpa-onnx-{folder.name}", filter=no_stamp)
    return packed.getvalue()


def no_stamp(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(info.name).name.startswith(".") else info


@pytest.fixture(scope="session")
def release(installed_models, tmp_path_factory) -> SimpleNamespace:
    """The voice activity detector as an archive: ``model``, ``data``, ``path`` on a server.

    Small, so that most tests take it; fetching does the same with every model.
    """
    data = tar_bytes(installed_models / "silero-vad")
    file = tmp_path_factory.mktemp("release") / "sherpa-onnx-silero-vad.tar.bz2"
    file.write_bytes(data)
    source = ArchiveSource(RELEASE, file.name, len(data), sha256_of(file))
    model = find_model("silero-vad")
    return SimpleNamespace(
        model=msgspec.structs.replace(model, sources=(*model.sources, source)),
        source=source,
        data=data,
        file=file,
        path=f"/{RELEASE}/{file.name}",
    )


@pytest.fixture
def leftovers(store):
    """Names of all that the store holds besides installed models and locks."""

    def find() -> list[str]:
        return sorted(path.name for path in store.work.glob("*") if path.suffix != ".lock")

    return find
