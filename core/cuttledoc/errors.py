"""Every error a user can meet.

    CuttledocError
    ├── SettingsError     a setting, an option or an environment variable is wrong
    ├── DocumentError     a Markdown document cannot be read, changed or written
    ├── MediaError        an audio or video file cannot be read, or holds no sound
    ├── ModelError        a model is unknown, missing, damaged or cannot be fetched
    ├── WorkerError       the worker process ended, or broke its protocol
    └── CloudError        a server would not transcribe, or must not be asked to

Each carries one sentence on what is wrong (``message``), one on what to do about it
(``hint``), a stable ``code`` for programs, and the path concerned. They are raised where the
fact is known and turned into words only at the two faces, the command line and the language
server.
"""

from pathlib import Path
from typing import ClassVar


class CuttledocError(Exception):
    """Something the user can be told, and can act upon.

    Args:
        message: One sentence on what is wrong, naming the file or setting. No full stop at
            its end is added by callers.
        hint: One sentence on what to do next; empty where nothing can be done.
        code: Stable kebab-case name of the fact, such as ``media-not-found``.
        path: The file or folder concerned, if there is one.
    """

    kind: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1

    def __init__(
        self, message: str, *, hint: str = "", code: str = "", path: Path | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.kind
        self.path = path

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class SettingsError(CuttledocError):
    """A setting, an option or an environment variable is wrong."""

    kind = "settings"
    exit_status = 2


class DocumentError(CuttledocError):
    """A Markdown document cannot be read, changed or written."""

    kind = "document"
    exit_status = 3


class MediaError(CuttledocError):
    """An audio or video file cannot be read, or holds no sound."""

    kind = "media"
    exit_status = 4


class ModelError(CuttledocError):
    """A model is unknown, missing, damaged or cannot be fetched."""

    kind = "model"
    exit_status = 5


class WorkerError(CuttledocError):
    """The worker process ended, or broke its protocol."""

    kind = "worker"
    exit_status = 6


class CloudError(CuttledocError):
    """A server would not transcribe, cannot be reached, or must not be asked to."""

    kind = "cloud"
    exit_status = 7


ERROR_KINDS: dict[str, type[CuttledocError]] = {
    error.kind: error
    for error in (SettingsError, DocumentError, MediaError, ModelError, WorkerError, CloudError)
}
"""By name, so that an error raised in the worker arrives as the same type in its parent."""
