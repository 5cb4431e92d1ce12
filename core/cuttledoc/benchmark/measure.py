"""One model on many clips, through the same engine as everything else, without its cache."""

import re
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from cuttledoc.benchmark.clips import UNDETERMINED, Clip
from cuttledoc.benchmark.normalise import Normaliser, normaliser
from cuttledoc.benchmark.report import ModelRun
from cuttledoc.benchmark.score import Sample, count
from cuttledoc.engine import Approve, Engine, Listener, Stage, Update
from cuttledoc.errors import CuttledocError, MediaError, ModelError, WorkerError
from cuttledoc.hints import Hints
from cuttledoc.models.catalogue import Model
from cuttledoc.models.choose import AUTO
from cuttledoc.settings import Settings

if TYPE_CHECKING:
    from cuttledoc.transcript import Transcript

_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def known_clips(model: Model, clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """The clips in languages that a model knows; those in no named language are for all."""
    known = {*model.languages, UNDETERMINED}
    return tuple(clip for clip in clips if not model.languages or clip.language in known)


async def measure(
    model: Model,
    clips: Sequence[Clip],
    settings: Settings,
    *,
    kind: Normaliser,
    runs: int,
    listener: Listener,
    approve: Approve | None = None,
) -> ModelRun:
    """Transcribe each clip, one after the other, and count the errors.

    A clip that fails counts as if nothing had been heard in it.

    Args:
        model: A recogniser.
        clips: What to transcribe, at least one clip.
        settings: The user's; model and language are those of each clip.
        kind: What is done to both texts.
        runs: How often to transcribe each clip; a server, which takes money, is asked once.
        listener: Called after each run of a clip; ``done`` and ``total`` count these.
        approve: Asked before a clip is sent to a server; see ``Engine``.

    Raises:
        CloudError: The server that runs the model failed, which tells nothing of the model.
        ModelError: The model cannot be loaded.
        WorkerError: Its worker ends on every clip.
        SettingsError: A package that counting needs is not installed.
    """
    normalisers = {clip.language: normaliser(kind, clip.language) for clip in clips}
    runs = 1 if model.is_elsewhere else runs
    meter = _Meter(settings, listener, total=len(clips) * runs, warms=not model.is_elsewhere)
    chosen = msgspec.structs.replace(settings, model=model.id, language=AUTO)
    async with Engine(chosen, approve=approve) as engine:
        heard = await meter.hear(engine, clips, runs)
    samples = []
    for clip, one in zip(clips, heard, strict=True):
        normalise = normalisers[clip.language]
        words, characters = count(normalise(clip.reference), normalise(one.text))
        samples.append(
            Sample(
                clip=clip.name,
                language=clip.language,
                reference=clip.reference.strip(),
                text=one.text,
                words=words,
                characters=characters,
                duration=one.duration,
                processing_time=one.processing_time,
                error=one.error,
            )
        )
    return ModelRun.of(
        model.id,
        samples,
        on_server=model.is_elsewhere,
        load_seconds=statistics.median(meter.loads) if meter.loads else None,
        peak_memory=max(meter.peaks, default=None),
    )


class _Heard(msgspec.Struct, frozen=True):
    """What became of one clip; see ``Sample``."""

    text: str = ""
    duration: float | None = None
    processing_time: float | None = None
    error: str = ""


class _Meter:
    """Has clips transcribed, and gathers what the workers tell."""

    def __init__(self, settings: Settings, listener: Listener, *, total: int, warms: bool) -> None:
        self._settings = settings
        self._listener = listener
        self._total = total
        self._done = 0
        self._warms = self._cold = warms
        self.loads: list[float] = []
        self.peaks: list[int] = []

    async def hear(self, engine: Engine, clips: Sequence[Clip], runs: int) -> list[_Heard]:
        """Transcribe clips, each in its language, in a worker that has its model."""
        heard = []
        for clip in clips:
            if self._cold:
                await self._warm_up(engine, clips)
            heard.append(await self._hear(engine, clip, runs))
        return heard

    async def _warm_up(self, engine: Engine, clips: Sequence[Clip]) -> None:
        """Have the model loaded, so that no clip is charged for that."""
        self._cold = False
        ended: WorkerError | None = None
        for clip in clips:
            try:
                await engine.transcribe(
                    clip.path, hints=_hints(clip), use_cache=False, listener=self._fetches
                )
            except MediaError:
                continue
            except WorkerError as error:
                ended = error
                continue
            self.loads += [w.load_seconds for w in engine.recognisers if w.load_seconds is not None]
            return
        if ended:
            raise ended

    async def _hear(self, engine: Engine, clip: Clip, runs: int) -> _Heard:
        finished: list[Transcript] = []
        for _ in range(runs):
            try:
                result = await engine.transcribe(clip.path, hints=_hints(clip), use_cache=False)
            except (MediaError, ModelError, WorkerError) as error:
                self._cold = self._warms and isinstance(error, WorkerError)
                self._count(runs - len(finished))
                return _Heard(error=told(error, self._settings, clip))
            finished.append(result.transcript)
            self.peaks += [peak for w in engine.recognisers if (peak := peak_memory(w.pid))]
            self._count(1)
        return _Heard(
            text=finished[0].text,
            duration=finished[0].duration,
            processing_time=statistics.median(t.processing_time for t in finished),
        )

    def _count(self, runs: int) -> None:
        self._done += runs
        self._listener(Update(stage=Stage.RECOGNISE, done=self._done, total=self._total))

    def _fetches(self, update: Update) -> None:
        if update.stage is Stage.FETCH:
            self._listener(update)


def _hints(clip: Clip) -> Hints:
    return Hints(language=None if clip.language == UNDETERMINED else clip.language)


def peak_memory(pid: int | None) -> int | None:
    """The most bytes a process has held; None where the system does not tell."""
    try:
        found = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def told(error: CuttledocError, settings: Settings, clip: Clip | None = None) -> str:
    """What went wrong, without the user's folders and server: reports are given to others."""
    message = error.message.replace(str(settings.models_dir), "models_dir")
    host = urlsplit(settings.cloud_url).netloc.rpartition("@")[2]
    message = message.replace(host, "the server") if host else message
    return message.replace(str(clip.path), clip.name) if clip else message
