"""What a player in the editor is told: the server plays nothing itself."""

from pathlib import Path
from typing import Any

from cuttledoc_lsp.uris import uri_of

PLAY = "cuttledoc.play"
"""The editor's own command that plays a recording; offered where the editor says it has it."""


def play_argument(path: Path, document: str, seconds: float = 0.0) -> dict[str, Any]:
    """The argument of ``PLAY``.

    Args:
        path: The recording.
        document: URI of the document that links to it.
        seconds: Where to begin.
    """
    return {"uri": uri_of(path, like=document), "seconds": seconds, "document": document}
