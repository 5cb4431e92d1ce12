"""Models on a server, from this server's side: asking before a recording is sent there."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import MessageActionItem, MessageType, ShowMessageRequestParams
from pygls.exceptions import JsonRpcException

from cuttledoc.hints import Hints
from cuttledoc.settings import Cloud

if TYPE_CHECKING:
    from cuttledoc.cloud.consent import Upload
    from cuttledoc_lsp.documents import Document
    from cuttledoc_lsp.server import Server

_SEND = "Send"
_DO_NOT = "Do not send"


class CloudCare:
    """Sees to it that nothing is sent that the user does not want sent.

    Args:
        server: Whose user is asked.
    """

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._approved: set[Path] = set()

    async def approve(self, path: Path) -> bool:
        """Whether the user has agreed that a recording is sent; one agreement, one time."""
        agreed = path in self._approved
        self._approved.discard(path)
        return agreed

    async def ready(
        self,
        paths: Sequence[Path],
        *,
        document: "Document | None" = None,
        hints: Hints = Hints(),
        again: bool = False,
    ) -> bool:
        """See that recordings may be sent, if the model is one that runs on a server.

        Args:
            paths: The recordings.
            document: The document that links to them; it may forbid it.
            hints: What it tells of them.
            again: Whether they are sent even if a transcript is known.

        Returns:
            False if the user does not agree.

        Raises:
            CloudError: The document, a folder or the settings forbid it.
            ModelError: No model fits.
            SettingsError: The language, or the address of the server, is none.
        """
        core = self._server.settings.core
        async with self._server.engines.lease() as engine:
            model = engine.choose().model
            if not model.is_elsewhere:
                return True
            from cuttledoc.cloud import consent

            if document is not None:
                consent.check_document(document.path or Path(document.uri), document.text)
            for path in paths:
                consent.check_folders(path)
            if core.cloud is Cloud.OFF:
                raise consent.switched_off(model.id)
            if core.cloud is Cloud.ON:
                return True
            upload = await engine.upload(dict.fromkeys(paths, hints), use_cache=not again)
        if upload is not None and not await self._ask(upload):
            return False
        self._approved.update(paths)
        return True

    async def _ask(self, upload: "Upload") -> bool:
        question = ShowMessageRequestParams(
            type=MessageType.Info,
            message=f"Send {upload}?",
            actions=[MessageActionItem(_SEND), MessageActionItem(_DO_NOT)],
        )
        try:
            answer = await self._server.window_show_message_request_async(question)
        except JsonRpcException:
            return False
        return answer is not None and answer.title == _SEND
