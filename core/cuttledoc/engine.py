"""One job from start to end: a recording goes in, a transcript comes out.

The engine chooses the model, fetches it if it is not there, asks the cache, and else the
worker. Both faces, the command line and the language server, stand on it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from cuttledoc.cache import Cache, Key
from cuttledoc.errors import MediaError, ModelError
from cuttledoc.media.digest import digest
from cuttledoc.media.info import MediaInfo
from cuttledoc.models.catalogue import Model, find_model
from cuttledoc.models.choose import Choice, choose
from cuttledoc.models.progress import FetchProgress, Phase
from cuttledoc.models.store import InstalledModel, Store
from cuttledoc.settings import Settings
from cuttledoc.transcript import Segment, Transcript
from cuttledoc.worker.client import WorkerClient
from cuttledoc.worker.protocol import Finished, Load, Opened, Progress, Recognised

VAD_MODEL = "silero-vad"
"""Id of the voice activity detector in the catalogue."""

_OTHER_WINDOW = 30.0
"""Seconds given to a model that names no window; what most were trained on."""


class Stage(StrEnum):
    """What is being done for a recording."""

    FETCH = "fetch"
    DECODE = "decode"
    RECOGNISE = "recognise"


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """How far a stage has come.

    Attributes:
        stage: Which one.
        done: Bytes for a fetch, seconds of the recording for the other stages.
        total: In the same unit; None where unknown.
        model: The model that is fetched.
        phase: What the fetch is doing.
        segment: The segment just recognised.
    """

    stage: Stage
    done: float
    total: float | None
    model: str = ""
    phase: Phase | None = None
    segment: Segment | None = None


Listener = Callable[[Update], None]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A finished job.

    Attributes:
        transcript: What was said.
        audio: SHA-256 of the recording's bytes, in hexadecimal.
        choice: The model, and why it was chosen.
        cached: Whether the transcript was there already.
    """

    transcript: Transcript
    audio: str
    choice: Choice
    cached: bool


class Engine:
    """Transcribes recordings. Use it as ``async with``; leaving ends its worker.

    Args:
        settings: What the user set.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(settings.models_dir)
        self._cache = Cache(settings.cache_dir, settings.cache_megabytes)
        self._workers: dict[str, WorkerClient] = {}
        self._fetching = asyncio.Lock()
        self._under_way: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the workers; jobs under way fail."""
        workers, self._workers = self._workers, {}
        await asyncio.gather(*(worker.close() for worker in workers.values()))

    def choose(self) -> Choice:
        """The model the settings lead to, and why.

        Raises:
            ModelError: No model fits.
            SettingsError: The language is none.
        """
        language = None if self._settings.language == "auto" else self._settings.language
        return choose(self._settings, language, self._store)

    async def transcribe(
        self,
        path: Path,
        *,
        listener: Listener = lambda _: None,
        use_cache: bool = True,
        again: bool = False,
    ) -> Result:
        """Transcribe a recording.

        Args:
            path: An audio or video file.
            listener: Called with each step forward.
            use_cache: Whether finished transcripts are looked up and kept.
            again: Whether to transcribe even if there is a finished transcript.

        Raises:
            MediaError: The file cannot be read, or holds no sound or no speech.
            ModelError: No model fits, or it cannot be fetched or loaded.
            SettingsError: The language is none.
            WorkerError: The worker process ended.
        """
        choice = self.choose()
        audio = await digest(path)
        key = self._key(audio, choice.model)
        # The same recording asked for twice at once: the second finds the first one's result.
        async with self._under_way[audio]:
            known = self._cache.get(key) if use_cache and not again else None
            transcript = known or await self._recognise(path, choice.model, listener)
        if use_cache and known is None:
            self._cache.put(key, transcript)
        if not transcript.segments:
            raise MediaError(
                f"No speech was found in “{path}”.",
                hint="Play it: if somebody speaks in it, record it louder or closer.",
                code="media-no-speech",
                path=path,
            )
        return Result(transcript=transcript, audio=audio, choice=choice, cached=known is not None)

    async def probe(self, path: Path) -> MediaInfo:
        """Read a file's metadata, in a worker without a model.

        Raises:
            MediaError: The file cannot be read or holds no sound.
            WorkerError: The worker process ended.
        """
        return await self._reader().probe(path)

    async def draw(self, path: Path, columns: int) -> tuple[float, ...]:
        """How loud a file is in each of some columns, from 0 to 1; decodes the whole file.

        In a worker without a model, beside whatever else it reads.

        Raises:
            MediaError: The file cannot be decoded.
            WorkerError: The worker process ended.
        """
        return await self._reader().draw(path, columns)

    def recall(self, audio: str, model: str = "") -> Transcript | None:
        """A finished transcript from the cache, if it is there.

        Args:
            audio: SHA-256 of the recording's bytes, in hexadecimal.
            model: Id of the model; empty for the one the settings lead to.

        Raises:
            ModelError: There is no such model, or none fits.
            SettingsError: The language is none.
        """
        return self._cache.get(
            self._key(audio, find_model(model) if model else self.choose().model)
        )

    def _key(self, audio: str, model: Model) -> Key:
        return Key(
            audio,
            model.id,
            tuple(file.sha256 for file in model.files),
            None if self._settings.language == "auto" else self._settings.language,
        )

    def _reader(self) -> WorkerClient:
        if "" not in self._workers:
            self._workers[""] = WorkerClient(None, idle_seconds=self._settings.idle_seconds)
        return self._workers[""]

    async def _recognise(self, path: Path, model: Model, listener: Listener) -> Transcript:
        worker = await self._worker(model, listener)
        began = time.monotonic()
        segments: list[Segment] = []
        total: float | None = None
        duration = 0.0
        async for event in worker.transcribe(path):
            match event:
                case Opened():
                    total = event.info.duration
                case Progress():
                    listener(Update(stage=Stage.DECODE, done=event.decoded, total=total))
                case Recognised():
                    if event.segment:
                        segments.append(event.segment)
                    listener(
                        Update(
                            stage=Stage.RECOGNISE,
                            done=event.until,
                            total=total,
                            segment=event.segment,
                        )
                    )
                case Finished():
                    duration = event.duration
                    listener(Update(stage=Stage.RECOGNISE, done=duration, total=duration))
        return Transcript(
            segments=tuple(segments),
            model=model.id,
            language=self._language(model),
            duration=duration,
            processing_time=time.monotonic() - began,
        )

    def _language(self, model: Model) -> str | None:
        if self._settings.language != "auto":
            return self._settings.language
        return model.languages[0] if len(model.languages) == 1 else None

    async def _worker(self, model: Model, listener: Listener) -> WorkerClient:
        """The worker that runs a model; both are got ready if they are not there."""
        async with self._fetching:
            vad = await self._installed(find_model(VAD_MODEL), listener)
            recogniser = await self._installed(model, listener)
        if model.id not in self._workers:
            load = Load(
                family=model.family,
                files={file.role: str(recogniser.file(file.role)) for file in model.files},
                window=model.window or _OTHER_WINDOW,
                vad=str(vad.file("vad")),
                jobs=self._settings.jobs,
            )
            self._workers[model.id] = WorkerClient(load, idle_seconds=self._settings.idle_seconds)
        return self._workers[model.id]

    async def _installed(self, model: Model, listener: Listener) -> InstalledModel:
        try:
            return self._store.get(model.id)
        except ModelError as error:
            if error.code != "model-missing":
                raise

        def report(progress: FetchProgress) -> None:
            listener(
                Update(
                    stage=Stage.FETCH,
                    done=progress.done,
                    total=progress.total or None,
                    model=model.id,
                    phase=progress.phase,
                )
            )

        from cuttledoc.models.download import fetch

        return await fetch(model, self._store, self._settings, report=report)
