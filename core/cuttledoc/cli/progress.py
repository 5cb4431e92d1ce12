"""Progress bars on standard error, where a person watches it."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from cuttledoc.engine import Listener, Stage, Update
from cuttledoc.models.progress import Phase
from cuttledoc.partial import last_words

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from cuttledoc.cli.face import Face

_VERBS = {Stage.DECODE: "Decoding", Stage.RECOGNISE: "Transcribing"}
_FETCH_VERBS = {
    Phase.WAITING: "Waiting for another download of",
    Phase.DOWNLOADING: "Downloading",
    Phase.VERIFYING: "Verifying",
    Phase.UNPACKING: "Unpacking",
}

_BAR = 20
"""Columns; in a terminal of 80, a file's name and the last words have room beside it."""

_NUMBERS = 16
"""Columns of the percentage and the time left, with the spaces between."""

_FEWEST = 12
_MOST = 60
"""Columns below which words tell nothing, and above which nobody reads along."""


class Bars:
    """The bars of one run: one for each stage of each recording under way.

    Without a terminal it does nothing but name a model once before it is fetched.
    """

    def __init__(self, face: "Face") -> None:
        self._face = face
        self._progress: Progress | None = None
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._named: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    def listener(self, name: str) -> Listener:
        """A listener that draws what happens to the recording of this name."""

        def listen(update: Update) -> None:
            if update.stage is Stage.FETCH and update.model not in self._named:
                self._named.add(update.model)
                self._face.say(f"Fetching the model {update.model}, once.")
            if self._face.shows_progress:
                self._draw(name, update)

        return listen

    def finish(self, name: str) -> None:
        """Take a recording's bars away."""
        if self._progress:
            for stage in _VERBS:
                task = self._tasks.pop((stage, name), None)
                if task is not None:
                    self._progress.remove_task(task)

    def _draw(self, name: str, update: Update) -> None:
        if self._progress is None:
            self._progress = self._start()
        if update.stage is Stage.FETCH:
            name = update.model
            verb = _FETCH_VERBS[update.phase or Phase.DOWNLOADING]
        else:
            verb = _VERBS[update.stage]
        task = self._tasks.get((update.stage, name))
        if task is None:
            task = self._tasks[update.stage, name] = self._progress.add_task(
                verb, name=name, words=""
            )
        self._progress.update(
            task,
            description=verb,
            completed=update.done,
            total=update.total,
            words=last_words(update.partial, self._room()),
        )

    def _room(self) -> int:
        """Columns for the words that come, beside the longest name."""
        assert self._progress is not None  # noqa: S101 - a bar is drawn
        from rich.cells import cell_len

        longest = max(
            cell_len(f"{task.description:<12} {task.fields['name']}")
            for task in self._progress.tasks
        )
        room = self._face.err.width - longest - _BAR - _NUMBERS
        return min(room, _MOST) if room >= _FEWEST else 0

    def _start(self) -> "Progress":
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        progress = Progress(
            TextColumn("{task.description:<12} {task.fields[name]}", markup=False),
            BarColumn(_BAR),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            # At the end, so that nothing moves when they come and go.
            TextColumn("{task.fields[words]}", style="dim", markup=False),
            console=self._face.err,
            transient=True,
        )
        progress.start()
        return progress
