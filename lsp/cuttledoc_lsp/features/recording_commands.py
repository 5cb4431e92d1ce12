"""Commands about recordings by their path, whatever document links to them."""

from pathlib import Path
from typing import TYPE_CHECKING

from pygls.exceptions import JsonRpcInvalidParams

from cuttledoc.errors import CuttledocError
from cuttledoc_lsp.command import PREFIX, Command, Failure, Wire
from cuttledoc_lsp.insertion import Outcome
from cuttledoc_lsp.uris import path_of

if TYPE_CHECKING:
    from cuttledoc.engine import Result
    from cuttledoc_lsp.server import Server


class FileArguments(Wire, frozen=True):
    """A recording, linked or not.

    Attributes:
        uri: The recording, as a URI; or
        path: as a path.
        force: Transcribe again even if the transcript is known.
    """

    uri: str = ""
    path: str = ""
    force: bool = False


class CancelArguments(Wire, frozen=True):
    """What to cancel.

    Attributes:
        path: The recording; empty for all.
    """

    path: str = ""


class FileResult(Wire, frozen=True):
    """A transcript.

    Attributes:
        outcome: done, cancelled or failed.
        path: The recording.
        text: What was said, in one line.
        markdown: The same as Markdown, with a title, for a document of its own.
        model: Id of the model.
        duration: Length of the recording in seconds.
        error: Why it failed.
    """

    outcome: str
    path: str
    text: str = ""
    markdown: str = ""
    model: str = ""
    duration: float = 0.0
    error: Failure | None = None


class CancelResult(Wire, frozen=True):
    """How many recordings are no longer worked on."""

    cancelled: int


class RecordingCommands:
    """The commands; holds nothing but the server."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def file(self, arguments: FileArguments) -> FileResult:
        """One recording by its path."""
        server = self._server
        path = path_of(arguments.uri) if arguments.uri else Path(arguments.path)
        if path is None or not path.is_absolute():
            raise JsonRpcInvalidParams("Name a recording on this machine by its absolute path.")
        try:
            if not (
                await server.models.ready()
                and await server.cloud.ready([path], again=arguments.force)
            ):
                return FileResult(outcome=Outcome.CANCELLED, path=str(path))
            (ticket,) = server.queue.add([path], again=arguments.force)
            server.bars.include([ticket.job])
            result = await ticket.result()
        except CuttledocError as error:
            server.say_errors([error])
            return FileResult(outcome=Outcome.FAILED, path=str(path), error=Failure.of(error))
        if result is None:
            return FileResult(outcome=Outcome.CANCELLED, path=str(path))
        return self._file_result(path, result)

    async def cancel(self, arguments: CancelArguments) -> CancelResult:
        """Recordings that wait or are worked on."""
        wanted = Path(arguments.path) if arguments.path else None
        jobs = [job for job in self._server.queue if wanted in {None, job.path}]
        for job in jobs:
            job.cancel_all()
        return CancelResult(cancelled=len(jobs))

    def _file_result(self, path: Path, result: "Result") -> FileResult:
        from cuttledoc.formats import Format, render

        transcript = result.transcript
        return FileResult(
            outcome="done",
            path=str(path),
            text=transcript.text,
            markdown=render(
                transcript,
                Format.MD,
                title=path.name,
                timestamps=self._server.settings.core.timestamps,
            ),
            model=transcript.model,
            duration=transcript.duration,
        )


def register(server: "Server") -> None:
    """Give the server the feature."""
    commands = RecordingCommands(server)
    server.add_commands(
        Command(
            name=f"{PREFIX}transcribeFile",
            summary="Transcribe a recording by its path, and answer with the transcript.",
            arguments=FileArguments,
            result=FileResult,
            run=commands.file,
        ),
        Command(
            name=f"{PREFIX}cancel",
            summary="Cancel one recording, or all.",
            arguments=CancelArguments,
            result=CancelResult,
            run=commands.cancel,
        ),
    )
