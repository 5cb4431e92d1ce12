"""Two reports held against each other, by the rule of the decision record."""

import math
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from cuttledoc.benchmark.report import ModelRun, Report
from cuttledoc.benchmark.score import Sample
from cuttledoc.benchmark.tables import NONE, made, percent, rtf, table, title
from cuttledoc.errors import SettingsError

_GAIN = 0.10
"""So much better in WER or RTF, relatively, makes a change worth it."""

_LOSS = 0.15
"""More than so much worse in either, relatively, undoes that."""


class Verdict(StrEnum):
    """What the rule says of a change."""

    BETTER = "better"
    WORSE = "worse"
    EVEN = "even"


class Pair(msgspec.Struct, frozen=True):
    """A measure before and after; None where it was not measured.

    Attributes:
        before: In the earlier report.
        after: In the later one.
    """

    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """Relative change; infinite where there was nothing before."""
        if self.before is None or self.after is None:
            return None
        if not self.before:
            return math.inf if self.after else 0.0
        return (self.after - self.before) / self.before


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One model in one language, or over all of them.

    Attributes:
        model: Its id.
        language: ISO 639-1 code or ``und``; None for the mean of the languages.
        clips: How many clips both reports have.
        wer: Word error rates of these clips.
        rtf: Real-time factors of these clips.
        verdict: What the rule says.
    """

    model: str
    language: str | None
    clips: int
    wer: Pair
    rtf: Pair
    verdict: Verdict


def compare(before: Report, after: Report) -> tuple[Difference, ...]:
    """Each model that both reports have, on the clips that both have, language by language.

    Raises:
        SettingsError: ``reports-differ``: they were normalised in different ways, or have no
            model and clip in common.
    """
    if before.normaliser is not after.normaliser:
        raise SettingsError(
            f"The reports cannot be compared: one was made with --normaliser {before.normaliser}, "
            f"the other with --normaliser {after.normaliser}.",
            hint="Make both with the same one.",
            code="reports-differ",
        )
    timed = before.machine == after.machine
    earlier = {run.model: run for run in before.models}
    found = tuple(
        difference
        for run in after.models
        if run.model in earlier
        for difference in _differences(earlier[run.model], run, timed=timed)
    )
    if not found:
        raise SettingsError(
            "The reports cannot be compared: they have no clip by the same model in common.",
            hint="Run both with the same models and fixtures.",
            code="reports-differ",
        )
    return found


def verdict(wer: Pair, speed: Pair) -> Verdict:
    """What the rule says of two measures; one that is unknown does not count."""
    changes = [change for pair in (wer, speed) if (change := pair.change) is not None]
    if any(change > _LOSS for change in changes):
        return Verdict.WORSE
    if any(change <= -_GAIN for change in changes):
        return Verdict.BETTER
    return Verdict.EVEN


def markdown(before: Report, after: Report) -> str:
    """The comparison as a Markdown table with what it needs to be understood."""
    rule = (
        f"“better” is at least {_GAIN:.0%} better in WER or RTF with neither more than "
        f"{_LOSS:.0%} worse, “worse” is more than {_LOSS:.0%} worse in either"
    )
    parts = [
        f"# Benchmark on {after.fixtures}, compared",
        f"Before: {made(before)}.  \nAfter: {made(after)}.",
        f"Changes are relative; {rule}.",
    ]
    if before.machine != after.machine:
        parts.append("The machines or the jobs differ, so the RTF is not judged.")
    head = ("Model", "Language", "Clips", "WER before", "WER after", "Change", "RTF before")
    rows = (
        (
            found.model,
            title(found.language) if found.language else "average",
            str(found.clips),
            percent(found.wer.before or 0.0),
            percent(found.wer.after or 0.0),
            _signed(found.wer.change),
            rtf(found.rtf.before),
            rtf(found.rtf.after),
            _signed(found.rtf.change),
            f"**{found.verdict}**" if found.verdict is Verdict.WORSE else str(found.verdict),
        )
        for found in compare(before, after)
    )
    parts.append(table((*head, "RTF after", "Change", "Verdict"), rows))
    return "\n\n".join(parts)


def _signed(change: float | None) -> str:
    if change is None:
        return NONE
    return "from 0" if math.isinf(change) else f"{change:+.0%}"


def _differences(before: ModelRun, after: ModelRun, *, timed: bool) -> Iterator[Difference]:
    old, new = _shared(before, after)
    if not new:
        return
    one, other = (ModelRun.of(after.model, samples) for samples in (old, new))
    pairs: list[tuple[str | None, int, Pair, Pair]] = [
        (
            language,
            score.clips,
            Pair(one.languages[language].wer, score.wer),
            Pair(one.languages[language].rtf, score.rtf),
        )
        for language, score in other.languages.items()
    ]
    if len(pairs) > 1:
        wer = Pair(one.average_wer, other.average_wer)
        pairs.append((None, len(new), wer, Pair(one.total.rtf, other.total.rtf)))
    for language, clips, wer, speed in pairs:
        yield Difference(
            model=after.model,
            language=language,
            clips=clips,
            wer=wer,
            rtf=speed,
            verdict=verdict(wer, speed if timed else Pair(None, None)),
        )


def _shared(before: ModelRun, after: ModelRun) -> tuple[list[Sample], list[Sample]]:
    """The samples of the clips that are in both, with the same text and language."""
    earlier = {(s.clip, s.language, s.reference): s for s in before.samples}
    new = [s for s in after.samples if (s.clip, s.language, s.reference) in earlier]
    return [earlier[s.clip, s.language, s.reference] for s in new], new
