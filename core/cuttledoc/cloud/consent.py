"""Who has to agree before a recording leaves this machine, and who can forbid it.

Nothing is sent unless the user said so, in a place that is the user's own: on the command line,
in the environment, in the settings file, or when asked. A document, or a folder, can forbid it
whatever the user said, and never allow it.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from cuttledoc.cloud.address import Server
from cuttledoc.cloud.known import price
from cuttledoc.errors import CloudError
from cuttledoc.models.elsewhere import CloudModel

FOLDER_FILE = ".cuttledoc.toml"
"""A file of this name with ``transcribe = "local"`` keeps its folder's recordings here."""

_FRONT_MATTER = re.compile(
    r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)^(?:\1|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_LOCAL = re.compile(
    r"^[ \t]*[\"']?transcribe[\"']?[ \t]*[:=][ \t]*[\"']?local[\"']?[ \t]*(#.*)?\r?$",
    re.MULTILINE | re.IGNORECASE,
)


class Upload(msgspec.Struct, frozen=True):
    """What would be sent.

    Attributes:
        recordings: How many.
        seconds: How long they are together.
        price: US dollars for it; None where unknown.
        host: Where it would go.
    """

    recordings: int
    seconds: float
    price: float | None
    host: str

    def __str__(self) -> str:
        many = f"{self.recordings} recordings" if self.recordings > 1 else "1 recording"
        cost = f"about ${self.price:.2f}" if self.price is not None else "price unknown"
        if self.price is not None and self.price < 0.01:  # noqa: PLR2004 - a cent
            cost = "less than $0.01"
        return f"{many}, {_minutes(self.seconds)}, {cost}, to {self.host}"


def upload(model: CloudModel, server: Server, lengths: Iterable[float]) -> Upload:
    """What sending recordings of these lengths in seconds means."""
    seconds = list(lengths)
    total = sum(seconds)
    return Upload(len(seconds), total, price(model, server, total), server.host)


def forbids(text: str) -> bool:
    """Whether a document says in its front matter that its recordings stay here."""
    front = _FRONT_MATTER.match(text)
    return front is not None and _LOCAL.search(front[2]) is not None


def check_document(path: Path, text: str) -> None:
    """See that a document does not forbid that its recordings are sent.

    Raises:
        CloudError: ``cloud-local``: it does.
    """
    if forbids(text):
        raise _stays(path)


def check_folders(path: Path) -> None:
    """See that no folder around a document or recording forbids that it is sent.

    A file that says so cannot be told from one that cannot be read, so that forbids it too.

    Raises:
        CloudError: ``cloud-local``: one does.
    """
    for folder in path.absolute().parents:
        file = folder / FOLDER_FILE
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError):
            raise _stays(file) from None
        if str(table.get("transcribe", "")).lower() == "local":
            raise _stays(file)


def _stays(path: Path) -> CloudError:
    return CloudError(
        f"“{path}” says that recordings are transcribed on this machine alone.",
        hint="Use a local model: `--model auto`.",
        code="cloud-local",
        path=path,
    )


def declined(host: str) -> CloudError:
    """The error of a recording that the user does not want sent."""
    return CloudError(
        f"Nothing was sent to {host}, because you did not agree to it.",
        hint="Use a local model: `--model auto`.",
        code="cloud-declined",
    )


def switched_off(model_id: str) -> CloudError:
    """The error of a model elsewhere while nothing is to be sent anywhere."""
    return CloudError(
        f"The model {model_id} runs on a server, and the setting cloud is off.",
        hint="Set cloud to ask or on in your settings file or in CUTTLEDOC_CLOUD, "
        "or use a local model: `--model auto`.",
        code="cloud-off",
    )


def _minutes(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
