"""What was measured, as a value and as JSON that other programs can rely on."""

import importlib.metadata
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

from cuttledoc import __version__
from cuttledoc.benchmark.normalise import Normaliser
from cuttledoc.benchmark.score import Sample, Score
from cuttledoc.errors import SettingsError
from cuttledoc.settings import default_jobs

REPORT_VERSION = 1
"""It rises when a reader of the one before would be misled."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What a real-time factor depends on; nothing that tells whose machine it is.

    Attributes:
        system: Operating system and architecture, such as ``Linux x86_64``.
        processors: How many this process could use.
        jobs: How many pieces of speech were recognised at once.
    """

    system: str
    processors: int
    jobs: int

    @classmethod
    def here(cls, jobs: int) -> Self:
        """This one."""
        system = f"{platform.system()} {platform.machine()}"
        return cls(system=system, processors=default_jobs(), jobs=jobs)


class ModelRun(msgspec.Struct, frozen=True, kw_only=True):
    """One model on all clips in languages it knows.

    Attributes:
        model: Its id.
        on_server: Whether it runs on a server, so that the network is in its times.
        load_seconds: How long a fresh worker took to load it; None
            where nothing was loaded.
        peak_memory: The most bytes its worker held; None where the system does not tell.
        total: All clips together.
        languages: The clips of each language together, by ISO 639-1 code or ``und``.
        samples: Each clip.
    """

    model: str
    on_server: bool
    load_seconds: float | None
    peak_memory: int | None
    total: Score
    languages: dict[str, Score]
    samples: tuple[Sample, ...]

    @classmethod
    def of(
        cls,
        model: str,
        samples: Iterable[Sample],
        *,
        on_server: bool = False,
        load_seconds: float | None = None,
        peak_memory: int | None = None,
    ) -> Self:
        """Add up."""
        kept = tuple(samples)
        return cls(
            model=model,
            on_server=on_server,
            load_seconds=load_seconds,
            peak_memory=peak_memory,
            total=Score.of(kept),
            languages={
                language: Score.of(sample for sample in kept if sample.language == language)
                for language in sorted({sample.language for sample in kept})
            },
            samples=kept,
        )

    @property
    def average_wer(self) -> float:
        """The plain mean over its languages, as the decision record has it."""
        return sum(score.wer for score in self.languages.values()) / len(self.languages)


class LeftOut(msgspec.Struct, frozen=True):
    """A model that was not measured, and why."""

    model: str
    reason: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the benchmark.

    Attributes:
        version: Version of this form.
        created: When it was made, ISO 8601 in UTC.
        cuttledoc: Version of cuttledoc.
        sherpa_onnx: Version of the recogniser's library.
        machine: What it ran on.
        fixtures: Name of the folder of clips.
        normaliser: What was done to both texts before they were compared.
        runs: How often each clip was transcribed.
        models: What was measured.
        left_out: What was not.
    """

    version: int = REPORT_VERSION
    created: str
    cuttledoc: str
    sherpa_onnx: str
    machine: Machine
    fixtures: str
    normaliser: Normaliser
    runs: int
    models: tuple[ModelRun, ...]
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(
        cls,
        models: Iterable[ModelRun],
        left_out: Iterable[LeftOut],
        *,
        fixtures: Path,
        normaliser: Normaliser,
        runs: int,
        jobs: int,
    ) -> Self:
        """The report of a run that ends now."""
        return cls(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            cuttledoc=__version__,
            sherpa_onnx=importlib.metadata.version("sherpa-onnx"),
            machine=Machine.here(jobs),
            fixtures=fixtures.resolve().name,
            normaliser=normaliser,
            runs=runs,
            models=tuple(models),
            left_out=tuple(left_out),
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages that were measured, English first as in the decision record."""
        found = {language for run in self.models for language in run.languages}
        return tuple(sorted(found, key=lambda language: (language != "en", language)))


def to_json(report: Report) -> str:
    """The report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def read_report(file: Path) -> Report:
    """Read a report back.

    Raises:
        SettingsError: ``report-missing``, or ``report-unreadable``: it is none of this version.
    """
    try:
        report = msgspec.json.decode(file.read_bytes(), type=Report)
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no benchmark report “{file}”.",
            hint="Run `cuttledoc benchmark run` first, or name its file.",
            code="report-missing",
            path=file,
        ) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise _unreadable(file, getattr(error, "strerror", None) or str(error)) from error
    if report.version != REPORT_VERSION:
        raise _unreadable(file, f"it has version {report.version}, not {REPORT_VERSION}")
    return report


def _unreadable(file: Path, why: str) -> SettingsError:
    return SettingsError(
        f"“{file}” is no benchmark report of this cuttledoc: {why}.",
        hint="Make it again with `cuttledoc benchmark run`.",
        code="report-unreadable",
        path=file,
    )
