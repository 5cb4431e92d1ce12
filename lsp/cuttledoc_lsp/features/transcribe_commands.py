"""Commands that transcribe, and those that cancel it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import MessageType, Position
from pygls.exceptions import JsonRpcInvalidParams

from cuttledoc.engine import Result
from cuttledoc.errors import CuttledocError
from cuttledoc_lsp.command import PREFIX, Command, Place, Wire
from cuttledoc_lsp.documents import Document
from cuttledoc_lsp.insertion import Outcome
from cuttledoc_lsp.transcribing import Done, transcribe_links
from cuttledoc_lsp.uris import path_of

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot


class LinkArguments(Wire, frozen=True):
    """One link of an open document.

    Attributes:
        uri: The document.
        position: Anywhere in the link, or in the transcript that belongs to it.
        force: Transcribe again, and replace a transcript that a person has edited.
    """

    uri: str
    position: Place
    force: bool = False


class DocumentArguments(Wire, frozen=True):
    """All links of an open document.

    Attributes:
        uri: The document.
        force: Transcribe again, and replace transcripts that a person has edited.
    """

    uri: str
    force: bool = False


class RefreshArguments(Wire, frozen=True):
    """The transcripts of an open document.

    Attributes:
        uri: The document.
    """

    uri: str


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


class Failure(Wire, frozen=True):
    """Why something failed.

    Attributes:
        code: Stable name of the fact, such as ``media-not-found``.
        message: What is wrong.
        hint: What to do about it.
    """

    code: str
    message: str
    hint: str


class LinkResult(Wire, frozen=True):
    """What became of one link.

    Attributes:
        target: Its target, as it is written.
        outcome: inserted, replaced, unchanged, kept (a person has edited it), gone (the link is
            no longer there; the transcript is in the cache), refused (by the editor), cancelled
            or failed.
        path: The recording, where it was found.
        error: Why it failed.
    """

    target: str
    outcome: str
    path: str | None = None
    error: Failure | None = None


class LinksResult(Wire, frozen=True):
    """What became of each link, in the order of the document."""

    links: tuple[LinkResult, ...]


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


class TranscribeCommands:
    """The commands; holds nothing but the server."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def link(self, arguments: LinkArguments) -> LinksResult:
        """One link, by a position in it or in its transcript."""
        document = self._document(arguments.uri)
        at = Position(arguments.position.line, arguments.position.character)
        with document.marked(at) as mark:

            def chosen(snapshot: "Snapshot") -> "Sequence[AudioLink]":
                link = snapshot.link_for(mark.offset)
                return [link] if link else []

            done = await transcribe_links(self._server, document, chosen, force=arguments.force)
        if not done:
            self._server.say(
                "There is no link to a recording here. Put the cursor into a link to an audio or "
                "video file.",
                MessageType.Warning,
            )
        return self._told(document, done)

    async def document(self, arguments: DocumentArguments) -> LinksResult:
        """All links."""
        document = self._document(arguments.uri)
        done = await transcribe_links(
            self._server,
            document,
            lambda snapshot: [link for link in snapshot.page.links if not link.remote],
            force=arguments.force,
        )
        if not done:
            self._server.say("This document links to no recording.", MessageType.Warning)
        return self._told(document, done)

    async def refresh(self, arguments: RefreshArguments) -> LinksResult:
        """The links that have a transcript which is no longer what would be made."""
        document = self._document(arguments.uri)
        done = await transcribe_links(
            self._server,
            document,
            lambda snapshot: [link for link in snapshot.page.links if snapshot.page.block_of(link)],
        )
        return self._told(document, done)

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
            return FileResult(outcome=Outcome.FAILED, path=str(path), error=_failure(error))
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

    def _document(self, uri: str) -> Document:
        document = self._server.documents.get(uri)
        if document is None:
            raise JsonRpcInvalidParams(f"The document {uri} is not open.")
        return document

    def _told(self, document: Document, done: Sequence[Done]) -> LinksResult:
        """Tell the user what they should know, and the client all."""
        server = self._server
        server.say_errors([one.error for one in done if one.error is not None])
        for outcome, sentence in _SENTENCES.items():
            if names := list(dict.fromkeys(one.target for one in done if one.outcome is outcome)):
                server.say(sentence.format(", ".join(names)), MessageType.Warning)
        if any(one.outcome not in {Outcome.UNCHANGED, Outcome.CANCELLED} for one in done):
            server.recheck(document)
        return LinksResult(links=tuple(map(_link_result, done)))

    def _file_result(self, path: Path, result: Result) -> FileResult:
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


_SENTENCES = {
    Outcome.GONE: (
        "The link to {} is no longer there, so nothing was put into the document. The transcript "
        "is kept: link the recording again and transcribe, and it is there at once."
    ),
    Outcome.REFUSED: (
        "The editor did not take the transcript of {}. It is kept: transcribe again, and it is "
        "there at once."
    ),
    Outcome.KEPT: (
        "The transcript of {} has been edited by hand and was left as it is. Transcribe with "
        "force to replace it."
    ),
}


def _link_result(done: Done) -> LinkResult:
    return LinkResult(
        target=done.target,
        outcome=done.outcome,
        path=str(done.path) if done.path else None,
        error=_failure(done.error) if done.error else None,
    )


def _failure(error: CuttledocError) -> Failure:
    return Failure(code=error.code, message=error.message, hint=error.hint)


def register(server: "Server") -> None:
    """Give the server the feature."""
    commands = TranscribeCommands(server)
    server.add_commands(
        Command(
            name=f"{PREFIX}transcribeLink",
            summary="Transcribe the link at a position.",
            arguments=LinkArguments,
            result=LinksResult,
            run=commands.link,
        ),
        Command(
            name=f"{PREFIX}transcribeDocument",
            summary="Transcribe all links of a document.",
            arguments=DocumentArguments,
            result=LinksResult,
            run=commands.document,
        ),
        Command(
            name=f"{PREFIX}refresh",
            summary="Transcribe again where a transcript is stale.",
            arguments=RefreshArguments,
            result=LinksResult,
            run=commands.refresh,
        ),
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
