"""`cuttledoc doctor`: what is installed, what is missing, and how to get it."""

import asyncio
import importlib.metadata
import os
import platform
import sys

import click
import msgspec

from cuttledoc import __version__
from cuttledoc.cache import Cache
from cuttledoc.cli.face import Face
from cuttledoc.engine import Engine
from cuttledoc.errors import CuttledocError
from cuttledoc.models.catalogue import DEFAULT_VAD, Model
from cuttledoc.models.choose import AUTO, Choice, identifier, needs_language
from cuttledoc.models.languages import told
from cuttledoc.models.store import Store
from cuttledoc.settings import default_jobs, user_file
from cuttledoc.worker.client import WorkerClient

_LIBRARIES = ("sherpa-onnx", "av", "numpy", "msgspec", "pip")


class Finding(msgspec.Struct, frozen=True):
    """One line of the report.

    Attributes:
        name: What was looked at.
        fact: What was found.
        fine: Whether it is as it should be.
        hint: What to do where it is not, or a fact that helps.
    """

    name: str
    fact: str
    fine: bool = True
    hint: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(face: Face, /, *, as_json: bool) -> int:
    """Check the installation: libraries, models, worker, folders.

    Ends with status 0 if all is there that a transcription needs.
    """
    findings = [*_program(), *_settings(face), *_models(face), _worker(), _cache(face)]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(findings), indent=2))
    else:
        for finding in findings:
            mark = click.style("✓", fg="green") if finding.fine else click.style("✗", fg="red")
            click.echo(f"{mark} {finding.name}: {finding.fact}")
            if finding.hint:
                click.echo(f"    {finding.hint}")
    return 0 if all(finding.fine for finding in findings) else 1


def _program() -> list[Finding]:
    libraries = []
    missing = []
    for library in _LIBRARIES:
        try:
            libraries.append(f"{library} {importlib.metadata.version(library)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(library)
    return [
        Finding(
            "cuttledoc", f"{__version__}, Python {platform.python_version()}, {sys.executable}"
        ),
        Finding("system", f"{platform.platform()}, {default_jobs()} processors"),
        Finding(
            "libraries",
            ", ".join(libraries) + (f"; missing: {', '.join(missing)}" if missing else ""),
            fine=not missing,
            hint="Install cuttledoc again." if missing else "",
        ),
    ]


def _settings(face: Face) -> list[Finding]:
    file = user_file()
    origins = face.loaded.origins
    values = msgspec.to_builtins(face.settings, enc_hook=str)
    told = ", ".join(f"{name} = {values[name]} (from {origins[name]})" for name in origins)
    return [
        Finding("settings file", f"{file}{'' if file.exists() else ' (not there; none needed)'}"),
        Finding("settings", told or "all as delivered"),
    ]


def _models(face: Face) -> list[Finding]:
    store = Store(face.settings.models_dir)
    findings = [Finding("models folder", str(store.root))]
    try:
        choice = Engine(face.settings).choose()
    except CuttledocError as error:
        return [*findings, _failed("model", error)]
    findings += _chosen(face, store, choice)
    findings.append(_model(store, DEFAULT_VAD))
    if choice.model.is_elsewhere:
        findings += _server(face)
    else:
        findings.append(_model(store, choice.model.id))
    findings += [
        Finding(f"model {installed.model.id}", _told(installed.model))
        for installed in store.installed()
        if installed.model.id not in {DEFAULT_VAD, choice.model.id}
    ]
    return findings


def _chosen(face: Face, store: Store, choice: Choice) -> list[Finding]:
    """The model, or where it follows the language that is spoken, the model for each."""
    judge = identifier(store)
    asked = face.settings.language != AUTO
    if judge is None or asked or not needs_language(face.settings, store):
        return [Finding("model chosen", f"{choice.model.id}. {choice.reason}")]
    engine = Engine(face.settings)
    known = {language for one in store.installed() for language in one.model.languages}
    by_model: dict[str, list[str]] = {}
    for language in sorted(known):
        by_model.setdefault(engine.choose(language).model.id, []).append(language)
    return [
        Finding("language", f"found out by {judge.model.id} where nobody names it"),
        *(
            Finding(f"model for {told(languages)}", model_id)
            for model_id, languages in by_model.items()
        ),
    ]


def _server(face: Face) -> list[Finding]:
    from cuttledoc.cloud.address import server
    from cuttledoc.cloud.key import find_key

    may = f"sending is {face.settings.cloud}"
    try:
        where = server(face.settings.cloud_url)
        key = find_key(where, os.environ)
    except CuttledocError as error:
        return [_failed("server", error)]
    return [
        Finding("server", f"{where.url}, {may}"),
        Finding(
            "key",
            f"from {key.source}" if key else "none",
            fine=key is not None or not where.is_openai,
            hint="" if key else "Most servers want one: `cuttledoc key set`.",
        ),
    ]


def _model(store: Store, model_id: str) -> Finding:
    try:
        installed = store.get(model_id)
    except CuttledocError as error:
        return _failed(f"model {model_id}", error)
    return Finding(f"model {model_id}", _told(installed.model))


def _told(model: Model) -> str:
    return f"installed and verified; {model.kind}, {told(model.languages)}, {model.licence}"


def _worker() -> Finding:
    """Start a real worker; it imports all native libraries when it is asked for a file."""

    async def start() -> None:
        worker = WorkerClient(None, idle_seconds=0)
        try:
            await worker.check()
        finally:
            await worker.close()

    try:
        asyncio.run(start())
    except CuttledocError as error:
        return _failed("worker process", error)
    return Finding("worker process", "starts, and loads its libraries")


def _cache(face: Face) -> Finding:
    entries, size = Cache(face.settings.cache_dir, face.settings.cache_megabytes).size()
    return Finding(
        "cache",
        f"{entries} transcripts, {size / 1e6:.1f} of {face.settings.cache_megabytes} MB, "
        f"{face.settings.cache_dir}",
    )


def _failed(name: str, error: CuttledocError) -> Finding:
    return Finding(name, error.message, fine=False, hint=error.hint)
