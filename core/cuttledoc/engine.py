"""One job from start to end: a recording goes in, a transcript comes out.

The engine chooses the model, fetches it if it is not there, asks the cache, and else the
worker. Both faces, the command line and the language server, stand on it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec
from msgspec.structs import replace

from cuttledoc.cache import Cache, Key
from cuttledoc.errors import CuttledocError, MediaError
from cuttledoc.hints import Hints
from cuttledoc.media.digest import digest
from cuttledoc.media.info import MediaInfo
from cuttledoc.models.catalogue import Model
from cuttledoc.models.choose import AUTO, Choice, choose, identifier, needs_language
from cuttledoc.models.progress import FetchProgress, Phase
from cuttledoc.models.store import Store
from cuttledoc.partial import Partial
from cuttledoc.settings import Settings
from cuttledoc.transcript import Doubt, Segment, Transcript
from cuttledoc.worker.client import WorkerClient
from cuttledoc.worker.protocol import Event, Finished, Opened, Progress, Recognised
from cuttledoc.workers import Workers

if TYPE_CHECKING:
    from cuttledoc.cloud.consent import Upload

_TAKES_VOCABULARY = frozenset({"nemo-transducer", "qwen3-asr", "funasr-nano", "openai", "chat"})
"""Families whose models can be told names and jargon; others gain nothing from a vocabulary."""


_SENT_AT_ONCE = 2
"""Requests that are under way to a server, of all recordings together."""


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
        partial: The words so far of a piece that is not finished, on one line.
    """

    stage: Stage
    done: float
    total: float | None
    model: str = ""
    phase: Phase | None = None
    segment: Segment | None = None
    partial: str = ""


Listener = Callable[[Update], None]

Approve = Callable[[Path], Awaitable[bool]]
"""Asks whoever is in charge whether a recording may be sent to a server."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A finished job.

    Attributes:
        transcript: What was said.
        audio: SHA-256 of the recording's bytes, in hexadecimal.
        choice: The model, and why it was chosen.
        cached: Whether the transcript was there already.
        notices: Sentences for the user about the model.
    """

    transcript: Transcript
    audio: str
    choice: Choice
    cached: bool
    notices: tuple[str, ...] = ()


class Engine:
    """Transcribes recordings. Use it as ``async with``; leaving ends its workers.

    Args:
        settings: What the user set.
        approve: Asked before a recording is sent to a server, unless the settings allow it;
            without it, it is not sent.
    """

    def __init__(self, settings: Settings, *, approve: Approve | None = None) -> None:
        self._settings = settings
        self._approve = approve
        self._store = Store(settings.models_dir)
        self._cache = Cache(settings.cache_dir, settings.cache_megabytes)
        self._workers = Workers(settings, self._store)
        self._sending = asyncio.Semaphore(_SENT_AT_ONCE)
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
        await self._workers.close()

    @property
    def recognisers(self) -> tuple[WorkerClient, ...]:
        """The processes that run a model, for who measures them."""
        return self._workers.recognisers

    def choose(self, language: str | None = None) -> Choice:
        """The model the settings lead to, and why.

        Args:
            language: ISO 639-1 code of the speech; None for the setting's.

        Raises:
            ModelError: No model fits.
            SettingsError: The language is none.
        """
        return choose(self._settings, language or self._language(), self._store)

    async def transcribe(
        self,
        path: Path,
        *,
        hints: Hints = Hints(),
        listener: Listener = lambda _: None,
        use_cache: bool = True,
        again: bool = False,
    ) -> Result:
        """Transcribe a recording.

        Args:
            path: An audio or video file.
            hints: What is known of it; its language goes before the setting's.
            listener: Called with each step forward.
            use_cache: Whether finished transcripts are looked up and kept.
            again: Whether to transcribe even if there is a finished transcript.

        Raises:
            CloudError: The model runs on a server, and it must not be asked, or fails.
            MediaError: The file cannot be read, or holds no sound or no speech.
            ModelError: No model fits, or it cannot be fetched or loaded.
            SettingsError: The language is none.
            WorkerError: The worker process ended.
        """
        asked = hints.language or self._language()
        vocabulary = self._vocabulary(hints)
        audio = await digest(path)
        # The same recording asked for twice at once: the second finds the first one's result.
        async with self._under_way[audio]:
            spoken = asked or await self._identify(path, audio, listener, use_cache=use_cache)
            choice = self.choose(spoken)
            key = self._key(audio, choice.model, asked, vocabulary)
            known = self._cache.get(key) if use_cache and not again else None
            heard = Hints(language=choice.language, vocabulary=key.vocabulary)
            notices: tuple[str, ...] = ()
            if known is not None:
                transcript = known
            elif choice.model.is_elsewhere:
                keep = self._cache.pieces if use_cache else None
                transcript, notices = await self._send(
                    path, audio, choice.model, heard, listener, keep=keep
                )
            else:
                transcript = await self._recognise(path, choice.model, heard, listener)
        if use_cache and known is None:
            self._cache.put(key, transcript)
        if not transcript.segments:
            raise MediaError(
                f"No speech was found in “{path}”.",
                hint="Play it: if somebody speaks in it, record it louder or closer.",
                code="media-no-speech",
                path=path,
            )
        return Result(
            transcript=transcript,
            audio=audio,
            choice=choice,
            cached=known is not None,
            notices=notices,
        )

    async def probe(self, path: Path) -> MediaInfo:
        """Read a file's metadata, in a worker without a model.

        Raises:
            MediaError: The file cannot be read or holds no sound.
            WorkerError: The worker process ended.
        """
        return await self._workers.reader().probe(path)

    async def draw(self, path: Path, columns: int) -> tuple[float, ...]:
        """How loud a file is in each of some columns, from 0 to 1; decodes the whole file.

        In a worker without a model, beside whatever else it reads.

        Raises:
            MediaError: The file cannot be decoded.
            WorkerError: The worker process ended.
        """
        return await self._workers.reader().draw(path, columns)

    def recall(self, audio: str, model: str = "", hints: Hints = Hints()) -> Transcript | None:
        """A finished transcript from the cache, if it is there.

        Args:
            audio: SHA-256 of the recording's bytes, in hexadecimal.
            model: Id of the model; empty for the one the settings lead to.
            hints: What was known of the recording when it was transcribed.

        Raises:
            ModelError: There is no such model, or none fits.
            SettingsError: The language is none.
        """
        asked = hints.language or self._language()
        chosen = self._store.find(model) if model else self.choose(asked).model
        return self._cache.get(self._key(audio, chosen, asked, self._vocabulary(hints)))

    async def upload(
        self, recordings: Mapping[Path, Hints], *, use_cache: bool = True
    ) -> "Upload | None":
        """What transcribing recordings would send to the model's server; None for nothing.

        A recording that cannot be read counts as nothing: its own job tells why.

        Args:
            recordings: What is known of each.
            use_cache: Whether those with a finished transcript are left out.

        Raises:
            ModelError: No model fits.
            SettingsError: The language, or the address of the server, is none.
        """
        from cuttledoc.cloud.backend import upload

        lengths = []
        for path, hints in recordings.items():
            with suppress(CuttledocError):
                if use_cache and self.recall(await digest(path), hints=hints) is not None:
                    continue
                lengths.append((await self.probe(path)).duration or 0.0)
        return upload(self.choose().model, self._settings, lengths) if lengths else None

    def _key(
        self, audio: str, model: Model, language: str | None, vocabulary: tuple[str, ...]
    ) -> Key:
        heeded = vocabulary if model.family in _TAKES_VOCABULARY else ()
        weights = (self._settings.cloud_url,) if model.is_elsewhere else model.weights
        return Key(audio, model.id, weights, language, heeded)

    def _vocabulary(self, hints: Hints) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._settings.vocabulary, *hints.vocabulary)))

    def _language(self) -> str | None:
        return None if self._settings.language == AUTO else self._settings.language

    async def _identify(
        self, path: Path, audio: str, listener: Listener, *, use_cache: bool
    ) -> str | None:
        """The language spoken, where that matters and an installed model can tell."""
        judge = identifier(self._store)
        if judge is None or not needs_language(self._settings, self._store):
            return None
        if use_cache and (known := self._cache.language(audio, judge.model.id)):
            return known
        vad = await self._workers.vad(_fetching(listener))
        language = await self._workers.reader().identify(
            path, encoder=judge.file("encoder"), decoder=judge.file("decoder"), vad=vad.file("vad")
        )
        if use_cache and language is not None:
            self._cache.put_language(audio, judge.model.id, language)
        return language

    async def _recognise(
        self, path: Path, model: Model, hints: Hints, listener: Listener
    ) -> Transcript:
        worker = await self._workers.recogniser(
            model, _fetching(listener), vocabulary=bool(hints.vocabulary)
        )
        return await _gathered(worker.transcribe(path, hints), model, hints.language, listener)

    async def _send(
        self,
        path: Path,
        audio: str,
        model: Model,
        hints: Hints,
        listener: Listener,
        *,
        keep: Path | None,
    ) -> tuple[Transcript, tuple[str, ...]]:
        """A transcript made by a server, and what is to be said about the model."""
        from cuttledoc.cloud.backend import opened, settled

        await settled(path, model, self._settings, self._approve)
        vad = await self._workers.vad(_fetching(listener))
        async with (
            opened(
                path,
                audio,
                model,
                self._settings,
                hints=hints,
                worker=self._workers.reader(),
                vad=vad.file("vad"),
                keep=keep,
                slots=self._sending,
            ) as job,
            aclosing(job.events()) as events,
        ):
            transcript = await _gathered(events, model, hints.language, listener)
        language = transcript.language or job.language
        return replace(transcript, language=language), tuple(job.notices)


async def _gathered(
    events: AsyncIterator[Event | Partial], model: Model, language: str | None, listener: Listener
) -> Transcript:
    """A transcript of what is told about a recording."""
    began = time.monotonic()
    segments: list[Segment] = []
    doubts: list[Doubt] = []
    total: float | None = None
    duration = until = 0.0
    async for event in events:
        match event:
            case Opened():
                total = event.info.duration
            case Progress():
                listener(Update(stage=Stage.DECODE, done=event.decoded, total=total))
            case Partial():
                listener(Update(stage=Stage.RECOGNISE, done=until, total=total, partial=event.text))
            case Recognised():
                until = event.until
                if event.segment:
                    segments.append(event.segment)
                doubts += event.doubts
                listener(
                    Update(
                        stage=Stage.RECOGNISE,
                        done=until,
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
        language=language,
        duration=duration,
        processing_time=time.monotonic() - began,
        doubts=tuple(doubts),
    )


def _fetching(listener: Listener) -> Callable[[Model, FetchProgress], None]:
    """A report on fetches that tells the listener."""

    def report(model: Model, step: FetchProgress) -> None:
        listener(
            Update(
                stage=Stage.FETCH,
                done=step.done,
                total=step.total or None,
                model=model.id,
                phase=step.phase,
            )
        )

    return report
