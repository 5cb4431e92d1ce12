"""Commands that transcribe links and put the transcripts below them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol.types import MessageType

from cuttledoc_lsp.command import (
    PREFIX,
    Command,
    DocumentArguments,
    Failure,
    PlaceArguments,
    Wire,
)
from cuttledoc_lsp.documents import Document
from cuttledoc_lsp.insertion import Outcome
from cuttledoc_lsp.transcribing import Done, transcribe_links

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot


class LinkArguments(PlaceArguments, frozen=True):
    """One link of an open document.

    Attributes:
        uri: The document.
        position: Anywhere in the link, or in the transcript that belongs to it.
        force: Transcribe again, and replace a transcript that a person has edited.
    """

    force: bool = False


class AllArguments(DocumentArguments, frozen=True):
    """All links of an open document.

    Attributes:
        uri: The document.
        force: Transcribe again, and replace transcripts that a person has edited.
    """

    force: bool = False


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


class TranscribeCommands:
    """The commands; holds nothing but the server."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def link(self, arguments: LinkArguments) -> LinksResult:
        """One link, by a position in it or in its transcript."""
        document = self._server.open_document(arguments.uri)
        with document.marked(arguments.position.position) as mark:

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

    async def document(self, arguments: AllArguments) -> LinksResult:
        """All links."""
        document = self._server.open_document(arguments.uri)
        done = await transcribe_links(
            self._server,
            document,
            lambda snapshot: [link for link in snapshot.page.links if not link.remote],
            force=arguments.force,
        )
        if not done:
            self._server.say("This document links to no recording.", MessageType.Warning)
        return self._told(document, done)

    async def refresh(self, arguments: DocumentArguments) -> LinksResult:
        """The links that have a transcript which is no longer what would be made."""
        document = self._server.open_document(arguments.uri)
        done = await transcribe_links(
            self._server,
            document,
            lambda snapshot: [link for link in snapshot.page.links if snapshot.page.block_of(link)],
        )
        return self._told(document, done)

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
        error=Failure.of(done.error) if done.error else None,
    )


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
            arguments=AllArguments,
            result=LinksResult,
            run=commands.document,
        ),
        Command(
            name=f"{PREFIX}refresh",
            summary="Transcribe again where a transcript is stale.",
            arguments=DocumentArguments,
            result=LinksResult,
            run=commands.refresh,
        ),
    )
