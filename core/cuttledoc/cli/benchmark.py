"""`cuttledoc benchmark`: how well and how fast the models are, on the user's own recordings."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from cuttledoc.benchmark import compare, plot, tables
from cuttledoc.benchmark.clips import Clip, find_clips
from cuttledoc.benchmark.measure import known_clips, measure, told
from cuttledoc.benchmark.normalise import Normaliser, normaliser
from cuttledoc.benchmark.report import LeftOut, ModelRun, Report, read_report, to_json
from cuttledoc.benchmark.score import check_extra
from cuttledoc.cli.face import Face, say_error
from cuttledoc.cli.output import written_whole
from cuttledoc.cli.progress import Bars
from cuttledoc.engine import Engine
from cuttledoc.errors import CuttledocError, ModelError
from cuttledoc.hints import Hints
from cuttledoc.models.catalogue import Model, ModelKind
from cuttledoc.models.languages import language_code
from cuttledoc.models.store import Store

_FIXTURES = Path("fixtures")
_REPORT = "benchmark.json"

_FILE = click.Path(path_type=Path, readable=False)


@click.group()
def benchmark() -> None:
    """Measure models on recordings whose text is known, and show what was measured."""


@benchmark.command()
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option(
    "--fixtures",
    type=_FILE,
    default=_FIXTURES,
    show_default=True,
    help="Folder of recordings, each with its text beside it: talk-en.ogg and talk-en.txt.",
)
@click.option("-o", "--output", type=_FILE, help=f"Default: {_REPORT} in the folder of recordings.")
@click.option(
    "-l",
    "--language",
    help="Only recordings in this language; those whose names tell none are taken to be in it.",
)
@click.option(
    "--normaliser",
    "kind",
    type=click.Choice([kind.value for kind in Normaliser]),
    default=Normaliser.BASIC.value,
    show_default=True,
    help="What is done to both texts before they are compared.",
)
@click.option(
    "--runs", type=click.IntRange(1), default=1, show_default=True, help="For steadier times."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of Markdown.")
@click.option("-y", "--yes", is_flag=True, help="Send recordings to a server without asking.")
@click.option("-q", "--quiet", is_flag=True, help="Say only results and errors.")
@click.pass_obj
def run(
    face: Face,
    /,
    *,
    models: tuple[str, ...],
    fixtures: Path,
    output: Path | None,
    language: str | None,
    kind: str,
    runs: int,
    as_json: bool,
    yes: bool,
    quiet: bool,
) -> int:
    """Transcribe recordings whose text is known, and count the errors.

    Measures the models named, or all that are installed, and writes a report as JSON.
    """
    check_extra()
    normaliser(Normaliser(kind), "en")
    clips = find_clips(fixtures, language_code(language) if language else None)
    chosen = _chosen(models, Store(face.settings.models_dir))
    file = output or fixtures / _REPORT
    face = Face(face.loaded, quiet=quiet or face.quiet)
    bench = _Bench(face, clips, Normaliser(kind), runs)
    with written_whole(file) as stream:
        asyncio.run(bench.all(chosen, yes=yes))
        report = Report.of(
            bench.runs,
            bench.left_out,
            fixtures=fixtures,
            normaliser=Normaliser(kind),
            runs=runs,
            jobs=face.settings.jobs,
        )
        stream.write(to_json(report))
    click.echo(to_json(report) if as_json else tables.markdown(report), nl=not as_json)
    face.say(f"The report is in {file}.")
    for error in bench.errors:
        say_error(error)
    return bench.errors[0].exit_status if bench.errors else 0


@benchmark.command()
@click.argument("file", type=_FILE, default=_FIXTURES / _REPORT)
@click.argument("other", type=_FILE, required=False)
@click.option("--plot", "picture", type=_FILE, help="Draw WER against RTF into this SVG file.")
@click.pass_obj
def report(face: Face, /, *, file: Path, other: Path | None, picture: Path | None) -> None:
    """Print a report as Markdown, or how a later one differs from it.

    FILE is what `benchmark run` wrote; OTHER is a later report to compare with it, and then what
    is drawn.
    """
    shown = read_report(other or file)
    click.echo(compare.markdown(read_report(file), shown) if other else tables.markdown(shown))
    if picture:
        with written_whole(picture) as stream:
            stream.write(plot.svg(shown))
        face.say(f"The picture is in {picture}.")


def _chosen(names: tuple[str, ...], store: Store) -> list[Model]:
    """The models to measure; each is installed, or named and on a server.

    Raises:
        ModelError: A model is unknown, missing, damaged, or no recogniser; or none is installed.
    """
    if names:
        found = [store.find(name) for name in dict.fromkeys(names)]
    else:
        found = [one.model for one in store.installed() if one.model.kind is ModelKind.RECOGNISER]
    for model in found:
        if model.kind is not ModelKind.RECOGNISER:
            raise ModelError(
                f"The model {model.id} does not transcribe; it is a {model.kind}.",
                hint="`cuttledoc models list` shows which ones do.",
                code="model-kind",
            )
        if not model.is_elsewhere:
            store.get(model.id)
    if not found:
        raise ModelError(
            "No model is installed that could be measured.",
            hint="Run `cuttledoc models download` first.",
            code="model-missing",
        )
    return found


class _Bench:
    """One run over all models; one that cannot be loaded does not keep the others from theirs."""

    def __init__(self, face: Face, clips: Sequence[Clip], kind: Normaliser, runs: int) -> None:
        self._face = face
        self._clips = clips
        self._kind = kind
        self._runs = runs
        self.runs: list[ModelRun] = []
        self.left_out: list[LeftOut] = []
        self.errors: list[CuttledocError] = []

    async def all(self, models: Sequence[Model], *, yes: bool) -> None:
        """Measure one after the other.

        Args:
            models: What to measure.
            yes: Whether the user has agreed to what is sent to a server.

        Raises:
            CloudError: The user did not agree.
            ModelError: No model knows a language of the clips.
            CuttledocError: No model could be measured; the reason of the first one.
        """
        for model in models:
            if model.is_elsewhere:
                await self._ask(model, yes=yes)
        self._face.say(f"{_plural(len(self._clips), 'clip')}, {_plural(len(models), 'model')}.")
        for model in models:
            await self._measure(model)
        if self.runs:
            return
        if self.errors:
            raise self.errors.pop(0)
        raise ModelError(
            " ".join(f"{left.model} is left out. {left.reason}" for left in self.left_out),
            hint="`cuttledoc models list` shows which model knows which language.",
            code="benchmark-nothing",
        )

    async def _ask(self, model: Model, *, yes: bool) -> None:
        """Before hours are spent on the models here: may clips be sent to a server?"""
        from cuttledoc.cli.consent import ask

        clips = {clip.path: Hints(language=clip.language) for clip in self._clips}
        named = self._face.naming("model", model.id)
        async with Engine(named.settings) as engine:
            await ask(named, engine, clips, use_cache=False, yes=yes)

    async def _measure(self, model: Model) -> None:
        clips = known_clips(model, self._clips)
        if not clips:
            spoken = ", ".join(sorted({clip.language for clip in self._clips}))
            self._leave_out(model, f"It knows none of the languages of the clips ({spoken}).")
            return
        if strange := len(self._clips) - len(clips):
            self._face.say(f"{model.id}: {_plural(strange, 'clip')} in languages it does not know.")
        try:
            with Bars(self._face) as bars:
                found = await measure(
                    model,
                    clips,
                    self._face.settings,
                    kind=self._kind,
                    runs=self._runs,
                    listener=bars.listener(model.id),
                    approve=_asked,
                )
        except CuttledocError as error:
            self.errors.append(error)
            self._leave_out(model, told(error, self._face.settings))
            return
        self.runs.append(found)
        for sample in found.samples:
            if sample.error:
                self._face.say(f"{model.id} failed on {sample.clip}: {sample.error}")
        self._face.say(
            f"{model.id}: WER {tables.percent(found.total.wer)}, RTF {tables.rtf(found.total.rtf)}"
        )

    def _leave_out(self, model: Model, reason: str) -> None:
        self._face.say(f"{model.id} is left out. {reason}")
        self.left_out.append(LeftOut(model.id, reason))


async def _asked(_: Path) -> bool:
    """The user has agreed to all clips at once, before the first one."""
    return True


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
