"""Commands about transcripts that stand in a document: take one out, go to one."""

from typing import TYPE_CHECKING

from lsprotocol.types import MessageType, ShowDocumentParams
from pygls.exceptions import JsonRpcException

from cuttledoc_lsp.command import PREFIX, Command, PlaceArguments, Wire
from cuttledoc_lsp.edits import send_edit

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_TRIES = 3


class BlockResult(Wire, frozen=True):
    """Whether it was done; if not, the user has been told why."""

    done: bool


class BlockCommands:
    """The commands; holds nothing but the server."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def remove(self, arguments: PlaceArguments) -> BlockResult:
        """Take a transcript out; the text is as it was before it came."""
        from cuttledoc.markdown.place import remove

        document = self._server.open_document(arguments.uri)
        with document.marked(arguments.position.position) as mark:
            for _ in range(_TRIES):
                async with document.editing:
                    snapshot = await document.fresh()
                    block = block_for(snapshot, mark.offset)
                    if block is None:
                        return self._nothing()
                    change = remove(snapshot.page.text, block)
                    label = "Remove transcript"
                    if await send_edit(self._server, document, snapshot, change, label):
                        return BlockResult(done=True)
        self._server.say(
            "The editor did not take the edit. Stop typing for a moment and try again.",
            MessageType.Warning,
        )
        return BlockResult(done=False)

    async def show(self, arguments: PlaceArguments) -> BlockResult:
        """Go to a transcript."""
        document = self._server.open_document(arguments.uri)
        snapshot, offset = await document.look(arguments.position.position)
        block = block_for(snapshot, offset)
        if block is None:
            return self._nothing()
        try:
            shown = await self._server.window_show_document_async(
                ShowDocumentParams(
                    uri=snapshot.uri, take_focus=True, selection=snapshot.lines.range(block.span)
                )
            )
        except JsonRpcException:
            return BlockResult(done=False)
        return BlockResult(done=shown.success)

    def _nothing(self) -> BlockResult:
        self._server.say("There is no transcript here.", MessageType.Warning)
        return BlockResult(done=False)


def block_for(snapshot: "Snapshot", offset: int) -> "Block | None":
    """The transcript at an offset, or of the link there."""
    block = snapshot.block_at(offset)
    link = snapshot.link_at(offset) if block is None else None
    return snapshot.page.block_of(link) if link else block


def register(server: "Server") -> None:
    """Give the server the feature."""
    commands = BlockCommands(server)
    server.add_commands(
        Command(
            name=f"{PREFIX}removeTranscript",
            summary="Take a transcript out of its document.",
            arguments=PlaceArguments,
            result=BlockResult,
            run=commands.remove,
        ),
        Command(
            name=f"{PREFIX}showTranscript",
            summary="Go to the transcript of a link.",
            arguments=PlaceArguments,
            result=BlockResult,
            run=commands.show,
        ),
    )
