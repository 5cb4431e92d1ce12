"""``cuttledoc models``: what there is, what is installed, fetching and removing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import (
    DEFAULT_RECOGNISER,
    DEFAULT_VAD,
    Model,
    ModelKind,
)
from cuttledoc.models.languages import language_code, told
from cuttledoc.models.store import Store

if TYPE_CHECKING:
    from cuttledoc.cli.face import Face
    from cuttledoc.models.progress import FetchProgress, Report

_MEGABYTE = 1_000_000


@click.group()
def models() -> None:
    """Show, fetch and remove the models that recognise speech."""


@models.command("list")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_models(face: "Face", as_json: bool) -> None:
    """Show all models and which are installed."""
    store = Store(face.settings.models_dir)
    rows = [(model, _state(store, model)) for model in store.models().values()]
    if as_json:
        _print_json([_as_data(model, state, store) for model, state in rows])
        return
    from rich.table import Table

    table = Table("Model", "Languages", "Size", "Licence", "Installed", box=None)
    table.columns[0].no_wrap = True
    table.columns[2].justify = "right"
    for model, state in rows:
        languages = told(model.languages) if model.kind is ModelKind.RECOGNISER else "finds speech"
        table.add_row(model.id, languages, _size(model), model.licence, state)
    face.out.print(table)


@models.command()
@click.argument("ids", nargs=-1)
@click.option("--force", is_flag=True, help="Fetch even what is installed.")
@click.pass_obj
def download(face: "Face", ids: tuple[str, ...], force: bool) -> None:
    """Fetch models; without an IDS, those that a first transcription needs."""
    store = Store(face.settings.models_dir)
    wanted = [store.find(name) for name in dict.fromkeys(ids or (DEFAULT_RECOGNISER, DEFAULT_VAD))]
    for model in wanted:
        with _progress_of(face, model) as report:
            from cuttledoc.models.download import fetch

            installed = asyncio.run(fetch(model, store, face.settings, report=report, force=force))
        face.say(f"{model.id} is installed in {installed.folder}.")


@models.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--id", "model_id", help="Name for a model that is not in the catalogue.")
@click.option("--family", help="How it is loaded, such as whisper; with --id.")
@click.option("-l", "--language", "languages", multiple=True, help="Language it knows; repeatable.")
@click.pass_obj
def add(
    face: "Face",
    file: Path,
    model_id: str | None,
    family: str | None,
    languages: tuple[str, ...],
) -> None:
    """Install models from an archive, a wheel or a folder, without a network.

    Models of the catalogue are recognised by themselves. With --id and --family any other one in
    sherpa-onnx's layout is taken.
    """
    store = Store(face.settings.models_dir)
    if model_id is None and family is None and not languages:
        added = store.add(file)
    elif model_id is None or family is None:
        raise click.UsageError("A model of your own needs both --id and --family.")
    else:
        from cuttledoc.models.own import add_own

        codes = tuple(map(language_code, languages))
        added = (add_own(store, file, model_id=model_id, family=family, languages=codes),)
    for installed in added:
        face.say(f"{installed.model.id} is installed in {installed.folder}.")


@models.command()
@click.argument("ids", nargs=-1, required=True)
@click.pass_obj
def remove(face: "Face", ids: tuple[str, ...]) -> None:
    """Delete installed models."""
    store = Store(face.settings.models_dir)
    for name in ids:
        store.remove(name)
        face.say(f"{name} is removed.")


@models.command("path")
@click.argument("model_id", metavar="[ID]", required=False)
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show_path(face: "Face", model_id: str | None, as_json: bool) -> None:
    """Print the folder of an installed model; without an ID, the folder of all models."""
    store = Store(face.settings.models_dir)
    folder = store.get(model_id).folder if model_id else store.root
    if as_json:
        _print_json({"path": str(folder)})
    else:
        click.echo(folder)


def _state(store: Store, model: Model) -> str:
    try:
        store.get(model.id)
    except ModelError as error:
        states = {"model-missing": "no", "model-damaged": "damaged"}
        if error.code not in states:
            raise
        return states[error.code]
    return "yes"


def _as_data(model: Model, state: str, store: Store) -> dict[str, object]:
    return {
        "id": model.id,
        "kind": model.kind,
        "languages": model.languages,
        "licence": model.licence,
        "bytes": model.bytes,
        "word_times": model.word_times,
        "punctuation": model.punctuation,
        "installed": state == "yes",
        "damaged": state == "damaged",
        "path": str(store.folder(model.id)) if state != "no" else None,
    }


def _print_json(data: object) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())


def _size(model: Model) -> str:
    return f"{model.bytes / _MEGABYTE:.0f} MB"


@contextmanager
def _progress_of(face: "Face", model: Model) -> Iterator["Report"]:
    """A progress bar on standard error; none when nobody watches."""
    if not face.shows_progress:
        yield lambda _: None
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=face.err,
        transient=True,
    ) as bars:
        bar = bars.add_task(model.id, total=None)

        def report(progress: "FetchProgress") -> None:
            bars.update(
                bar,
                description=f"{model.id}: {progress.phase}",
                completed=progress.done,
                total=progress.total or None,
            )

        yield report
