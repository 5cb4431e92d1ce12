"""A report as Markdown: the two tables of the decision record, and what is behind them."""

from collections.abc import Iterable, Sequence

from cuttledoc.benchmark.clips import UNDETERMINED
from cuttledoc.benchmark.normalise import SAID
from cuttledoc.benchmark.report import ModelRun, Report
from cuttledoc.benchmark.score import Score

NONE = "–"  # noqa: RUF001 - the sign for "not measured" in tables
"""Stands where there is no value."""

_MEGABYTE = 1_000_000

_COUNTRIES = """
bg BG|cs CZ|da DK|de DE|el GR|en GB|es ES|et EE|fi FI|fr FR|hr HR|hu HU|it IT|ja JP|ko KR|lt LT
lv LV|mt MT|nl NL|pl PL|pt BR|ro RO|ru RU|sk SK|sl SI|sv SE|tr TR|uk UA|vi VN|zh CN
"""
_FLAGS = {
    pair[:2]: "".join(chr(ord("🇦") + ord(letter) - ord("A")) for letter in pair[3:])
    for pair in _COUNTRIES.strip().replace("\n", "|").split("|")
}
"""The flag that stands before a language, chosen as in the decision record."""


def markdown(report: Report) -> str:
    """The whole report."""
    parts = [
        f"# Benchmark on {report.fixtures}",
        _circumstances(report),
        "## Word Error Rate (WER) - Lower is Better",
        _accuracy(report),
        *(["\\* The mean of fewer languages than that of others."] if _incomplete(report) else []),
        "## Real-Time Factor (RTF) - Lower is Faster",
        _speed(report),
        "## Models, all clips together",
        _models(report),
        "## Errors",
        _errors(report),
        *_failures(report),
        *_left_out(report),
    ]
    return "\n\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with columns of equal width."""
    kept = [tuple(head), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    lines = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in kept
    ]
    lines.insert(1, f"| {' | '.join('-' * width for width in widths)} |")
    return "\n".join(lines)


def percent(rate: float) -> str:
    """A rate with one decimal, such as ``4.9%``."""
    return f"{rate:.1%}"


def rtf(value: float | None) -> str:
    """A real-time factor with two decimals, with three below 0.1."""
    if value is None:
        return NONE
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"  # noqa: PLR2004 - see above


def title(language: str) -> str:
    """A language as the head of a column: its flag, where one is common, and its code."""
    if language == UNDETERMINED:
        return "not told"
    return f"{_FLAGS.get(language, '')} {language.upper()}".strip()


def _circumstances(report: Report) -> str:
    clips = {sample.clip for run in report.models for sample in run.samples}
    often = "once" if report.runs == 1 else f"{report.runs} times (times are medians)"
    return (
        f"{_plural(len(clips), 'clip')}, each transcribed {often}; {made(report)}. "
        f"Normaliser “{report.normaliser}”: {SAID[report.normaliser]}."
    )


def made(report: Report) -> str:
    """When a report was made, by what and on what."""
    machine = report.machine
    return (
        f"{report.created}, cuttledoc {report.cuttledoc}, sherpa-onnx {report.sherpa_onnx}, "
        f"{machine.system}, {_plural(machine.processors, 'processor')}, "
        f"{_plural(machine.jobs, 'job')}"
    )


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _by_wer(report: Report) -> list[ModelRun]:
    """The best first; those on fewer languages last, since their mean is of other clips."""
    incomplete = _incomplete(report)
    return sorted(report.models, key=lambda run: (run.model in incomplete, run.average_wer))


def _incomplete(report: Report) -> set[str]:
    return {run.model for run in report.models if len(run.languages) < len(report.languages)}


def _accuracy(report: Report) -> str:
    incomplete = _incomplete(report)

    def row(run: ModelRun) -> tuple[str, ...]:
        cells = (run.languages.get(language) for language in report.languages)
        star = "\\*" if run.model in incomplete else ""
        return (
            run.model,
            *(percent(score.wer) if score else NONE for score in cells),
            f"**{percent(run.average_wer)}**{star}",
        )

    head = ("Backend", *map(title, report.languages), "**Avg WER**")
    return table(head, map(row, _by_wer(report)))


def _speed(report: Report) -> str:
    runs = sorted(report.models, key=lambda run: (run.total.rtf is None, run.total.rtf or 0.0))
    return table(
        ("Backend", "RTF", "Notes"),
        ((run.model, rtf(run.total.rtf), _notes(run)) for run in runs),
    )


def _notes(run: ModelRun) -> str:
    notes = ["cloud, network latency included"] if run.on_server else []
    if run.load_seconds is not None:
        notes.append(f"loaded in {run.load_seconds:.2f} s")
    if run.peak_memory is not None:
        notes.append(f"peak memory {run.peak_memory / _MEGABYTE:.0f} MB")
    return ", ".join(notes)


def _models(report: Report) -> str:
    return table(
        ("Model", "WER", "Accuracy", "RTF", "Speed"),
        (
            (
                run.model,
                percent(run.total.wer),
                percent(max(0.0, 1 - run.total.wer)),
                rtf(run.total.rtf),
                _times(run.total.rtf),
            )
            for run in _by_wer(report)
        ),
    )


def _times(value: float | None) -> str:
    if not value:
        return NONE
    return f"{1 / value:.1f}x faster" if value < 1 else f"{value:.1f}x slower"


def _errors(report: Report) -> str:
    def row(model: str, language: str, score: Score) -> tuple[str, ...]:
        words = score.words
        return (
            model,
            language,
            str(score.clips),
            str(words.length),
            str(words.substitutions),
            str(words.deletions),
            str(words.insertions),
            percent(score.wer),
            percent(score.cer),
            rtf(score.rtf),
        )

    rows = []
    for run in _by_wer(report):
        rows += [
            row(run.model, title(language), run.languages[language])
            for language in report.languages
            if language in run.languages
        ]
        if len(run.languages) > 1:
            rows.append(row(run.model, "all", run.total))
    words = ("Words", "Substituted", "Deleted", "Inserted")
    return table(("Model", "Language", "Clips", *words, "WER", "CER", "RTF"), rows)


def _failures(report: Report) -> list[str]:
    told = [
        f"- {sample.clip}, {run.model}: {sample.error}"
        for run in report.models
        for sample in run.samples
        if sample.error
    ]
    head = "## Clips that failed: all their words count as deleted"
    return [head, "\n".join(told)] if told else []


def _left_out(report: Report) -> list[str]:
    told = [f"- {left.model}: {left.reason}" for left in report.left_out]
    return ["## Models left out", "\n".join(told)] if told else []
