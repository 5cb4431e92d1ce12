"""`cuttledoc transcribe`: the main job, for documents, folders of them, and recordings."""

import asyncio
import contextlib
import difflib
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cuttledoc.cli.face import Face, say_error
from cuttledoc.cli.progress import Bars
from cuttledoc.cli.recordings import Target, say_stats
from cuttledoc.doubts import sentence
from cuttledoc.engine import Engine, Result
from cuttledoc.errors import CuttledocError, SettingsError
from cuttledoc.formats import Format
from cuttledoc.hints import Hints
from cuttledoc.models.choose import assumption
from cuttledoc.models.languages import language_of_system
from cuttledoc.settings import CALL, LoadedSettings, Style, Timestamps, load_settings, user_file

if TYPE_CHECKING:
    from cuttledoc.cli.documents import DocumentReport, LinkReport

_MARKDOWN = {".md", ".markdown"}


class _Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the options ask for that is no setting."""

    format: Format | None
    output: Path | None
    dry_run: bool
    force: bool
    use_cache: bool
    stats: bool
    as_json: bool
    yes: bool


def _choice(values: type[StrEnum]) -> click.Choice[str]:
    """A choice of the words themselves; click would offer an enum's names."""
    return click.Choice([value.value for value in values])


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("-m", "--model", help="Model to use; default: chosen by language.")
@click.option("-l", "--language", help="Language spoken, such as “en”.")
@click.option("-f", "--format", type=_choice(Format), help="Format for recordings.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    help="File or folder to write.",
)
@click.option("--style", type=_choice(Style), help="Look of a transcript in a document.")
@click.option("--timestamps", type=_choice(Timestamps), help="What begins with its time.")
@click.option("--dry-run", is_flag=True, help="Show what would change in documents; write nothing.")
@click.option("--force", is_flag=True, help="Transcribe again, and replace edited transcripts.")
@click.option("--no-cache", is_flag=True, help="Neither look up nor keep finished transcripts.")
@click.option("-j", "--jobs", type=int, help="Processors to use; default: all.")
@click.option("--stats", is_flag=True, help="Tell duration, words, time, RTF and model.")
@click.option("--json", "as_json", is_flag=True, help="Print a report for programs.")
@click.option("-y", "--yes", is_flag=True, help="Send recordings to a server without asking.")
@click.option("-q", "--quiet", is_flag=True, help="Say only results and errors.")
@click.pass_obj
def transcribe(
    face: Face,
    /,
    *,
    paths: tuple[Path, ...],
    format: str | None,  # noqa: A002 - it is the word for it
    output: Path | None,
    dry_run: bool,
    force: bool,
    no_cache: bool,
    stats: bool,
    as_json: bool,
    yes: bool,
    quiet: bool,
    **settings: Any,
) -> int:
    """Transcribe the audio that documents link to, or recordings themselves.

    PATHS are Markdown documents, folders of them, or audio and video files. Each audio link of a
    document gets its transcript below it, in place; running again changes only what is new.
    The transcript of a recording is printed, or written to the file named with -o.
    """
    loaded = load_settings(environment=os.environ, file=user_file(), call=settings)
    options = _Options(
        format=Format(format) if format else None,
        output=output,
        dry_run=dry_run,
        force=force,
        use_cache=not no_cache,
        stats=stats,
        as_json=as_json,
        yes=yes,
    )
    return asyncio.run(_Run(loaded, options, quiet=quiet or face.quiet).all(paths))


class _Run:
    """One run over all paths; remembers the exit status of the first failure."""

    def __init__(self, loaded: LoadedSettings, options: _Options, *, quiet: bool) -> None:
        self._loaded = loaded
        self._settings = loaded.settings
        self._options = options
        self._face = Face(loaded, quiet=quiet)
        self._bars = Bars(self._face)
        self._agreed = False
        # What stands on the command line goes before what a document says, as nothing else does.
        named = loaded.origins.get("language") == CALL
        self._language = loaded.settings.language if named else None
        self._engine = Engine(loaded.settings, approve=self._approve)
        # Enough recordings at once to keep all processors busy, few enough to bound memory.
        self._slots = asyncio.Semaphore(loaded.settings.jobs)
        self._status = 0
        self._noticed: set[str] = set()
        self._reports: list[dict[str, Any]] = []

    async def all(self, paths: tuple[Path, ...]) -> int:
        documents, recordings = _sorted(paths)
        if documents and (self._options.format or self._options.output):
            raise SettingsError(
                "--format and --output are for recordings; a document gets its transcripts inside.",
                hint="Use --style and --timestamps for documents.",
                code="output-document",
            )
        target = Target.of(self._options.format, self._options.output, len(recordings))
        async with self._engine:
            await self._ask(documents, recordings)
            with self._bars:
                for document in documents:
                    await self._document(document)
                await self._recordings(recordings, target)
        if self._options.as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(self._reports), indent=2))
        return self._status

    async def _ask(self, documents: list[Path], recordings: list[Path]) -> None:
        """Before anything is sent to a server: may it be?"""
        try:
            if not self._engine.choose().model.is_elsewhere:
                return
        except CuttledocError:  # each recording tells it
            return
        from cuttledoc.cli.consent import ask
        from cuttledoc.cli.documents import wanted

        heard = dict.fromkeys(recordings, Hints())
        for document in documents:
            with contextlib.suppress(CuttledocError):  # told when its turn comes
                heard |= await wanted(
                    document,
                    self._engine,
                    settings=self._settings,
                    language=self._language,
                    force=self._options.force,
                )
        again = self._options.force or not self._options.use_cache
        self._agreed = await ask(
            self._face, self._engine, heard, use_cache=not again, yes=self._options.yes
        )

    async def _approve(self, _: Path) -> bool:
        return self._agreed

    async def _transcribe(self, path: Path, hints: Hints = Hints()) -> Result:
        async with self._slots:
            try:
                return await self._engine.transcribe(
                    path,
                    hints=hints,
                    listener=self._bars.listener(path.name),
                    use_cache=self._options.use_cache,
                    again=self._options.force,
                )
            finally:
                self._bars.finish(path.name)

    def _failed(self, error: CuttledocError) -> None:
        say_error(error)
        self._status = self._status or error.exit_status

    async def _document(self, path: Path) -> None:
        # Markdown takes 90 ms to import, which a recording alone does not need.
        from cuttledoc.cli.documents import transcribe_document
        from cuttledoc.markdown.document import write_document

        try:
            report = await transcribe_document(
                path,
                self._engine,
                self._transcribe,
                settings=self._settings,
                language=self._language,
                force=self._options.force,
            )
            if self._options.dry_run:
                self._print_diff(report)
            else:
                write_document(report.document, report.new_text)
        except CuttledocError as error:
            self._reports.append({"document": str(path), "error": _told(error)})
            self._failed(error)
            return
        self._tell(path, report)

    def _print_diff(self, report: "DocumentReport") -> None:
        if self._options.as_json:
            return
        name = str(report.document.path)
        for line in difflib.unified_diff(
            report.document.text.splitlines(keepends=True),
            report.new_text.splitlines(keepends=True),
            f"a/{name}",
            f"b/{name}",
        ):
            click.echo(line, nl=not line.endswith("\n"))

    def _tell(self, path: Path, report: "DocumentReport") -> None:
        counts: dict[str, int] = {}
        for link in report.links:
            counts[link.outcome] = counts.get(link.outcome, 0) + 1
            if link.outcome == "failed" and link.error:
                self._failed(link.error)
            elif link.outcome == "skipped" and link.error:
                self._face.say(f"Skipped {link.target}: {link.error}")
            elif link.outcome == "kept":
                self._face.say(_kept(path, link))
            if link.result and link.path:
                self._say_about(link.path, link.result)
        self._reports.append(
            {
                "document": str(path),
                "changed": report.new_text != report.document.text,
                "links": [_link_report(link) for link in report.links],
            }
        )
        told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        self._face.say(f"{path}: {told or 'no links to recordings'}")

    def _say_about(self, path: Path, result: Result) -> None:
        assumed = assumption(result.choice, language_of_system(os.environ))
        for notice in (*result.notices, *filter(None, [assumed])):
            if notice not in self._noticed:
                self._noticed.add(notice)
                self._face.say(notice)
        if result.transcript.doubts:
            told = ", ".join(map(sentence, result.transcript.doubts))
            self._face.say(f"{path.name}: listen to it again: {told}.")
        if self._options.stats:
            say_stats(self._face, path, result)

    async def _recordings(self, recordings: list[Path], target: Target) -> None:
        jobs = [asyncio.ensure_future(self._transcribe(path)) for path in recordings]
        try:
            for path, job in zip(recordings, jobs, strict=True):
                try:
                    result = await job
                    if not self._options.as_json or target.output:
                        target.deliver(path, result, self._settings, titled=len(recordings) > 1)
                except CuttledocError as error:
                    self._reports.append({"recording": str(path), "error": _told(error)})
                    self._failed(error)
                    continue
                self._reports.append({"recording": str(path), **_result_report(result)})
                self._say_about(path, result)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)


def _sorted(paths: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """Documents and recordings among the paths; folders give their documents.

    Raises:
        SettingsError: A folder holds no Markdown document.
    """
    documents: list[Path] = []
    recordings: list[Path] = []
    for path in paths:
        if path.is_dir():
            from cuttledoc.markdown.document import find_documents

            found = find_documents(path)
            if not found:
                raise SettingsError(
                    f"There is no Markdown document below “{path}”.",
                    hint="Name a folder with .md files, or a recording.",
                    code="no-documents",
                    path=path,
                )
            documents += found
        elif path.suffix.lower() in _MARKDOWN:
            documents.append(path)
        else:
            recordings.append(path)
    return list(dict.fromkeys(documents)), list(dict.fromkeys(recordings))


def _kept(path: Path, link: "LinkReport") -> str:
    why = ", although the recording or the model has changed" if link.stale else ""
    return (
        f"Kept the transcript of {link.target} in {path}, which you have edited{why}. "
        "--force replaces it."
    )


def _told(error: CuttledocError) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "hint": error.hint}


def _result_report(result: Result) -> dict[str, Any]:
    transcript = result.transcript
    return {
        "text": transcript.text,
        "model": transcript.model,
        "reason": result.choice.reason,
        "language": transcript.language,
        "duration": transcript.duration,
        "words": transcript.word_count,
        "processing_time": transcript.processing_time,
        "rtf": transcript.rtf,
        "cached": result.cached,
        "doubts": msgspec.to_builtins(transcript.doubts),
        "notices": list(result.notices),
    }


def _link_report(link: "LinkReport") -> dict[str, Any]:
    report: dict[str, Any] = {"target": link.target, "outcome": link.outcome}
    if link.path:
        report["path"] = str(link.path)
    if link.result:
        report |= _result_report(link.result)
    if link.error:
        report["error"] = _told(link.error)
    return report
