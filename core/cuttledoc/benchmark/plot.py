"""A report as a picture: WER against RTF, a point for each model; the best stand lower left.

Written by hand: a plotting library would bring tens of megabytes for two axes and some circles.
"""

import math
from collections.abc import Sequence
from html import escape

from cuttledoc.benchmark.report import ModelRun, Report
from cuttledoc.benchmark.tables import percent, rtf

_WIDTH, _HEIGHT = 760, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 730, 50, 400
_LINE, _LETTER = 15, 6.6
"""Height of a label, and width of its letters, near enough to keep labels apart."""

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST_LINES = 8


def svg(report: Report) -> str:
    """The picture; a model on which every clip failed has no point in it."""
    runs = sorted((run for run in report.models if run.total.rtf), key=lambda run: run.average_wer)
    powers = [math.log10(run.total.rtf or 1.0) for run in runs]
    decades = range(math.floor(min(powers, default=-1)), math.floor(max(powers, default=-1)) + 2)
    worst = max((run.average_wer for run in runs), default=0.0)
    step = next((step for step in _STEPS if worst < step * _MOST_LINES), worst / _MOST_LINES)
    lines = range(math.floor(worst / step) + 2)

    def across(power: float) -> float:
        return _LEFT + (power - decades[0]) / (decades[-1] - decades[0]) * (_RIGHT - _LEFT)

    def up(wer: float) -> float:
        return _BOTTOM - wer / (lines[-1] * step) * (_BOTTOM - _TOP)

    points = [
        (across(power), up(run.average_wer), run) for power, run in zip(powers, runs, strict=True)
    ]
    middle = (_TOP + _BOTTOM) / 2
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
            'font-family="sans-serif" font-size="12">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            _text(_LEFT, 28, f"WER against RTF, {report.fixtures}", 'font-size="15"'),
            *(_line(across(p), _TOP, across(p), _BOTTOM) for p in decades),
            *(_text(across(p), _BOTTOM + 18, f"{10.0**p:g}", _CENTRED) for p in decades),
            *(_line(_LEFT, up(i * step), _RIGHT, up(i * step)) for i in lines),
            *(_text(_LEFT - 8, up(i * step) + 4, f"{i * step:.0%}", _TO_THE_LEFT) for i in lines),
            _text((_LEFT + _RIGHT) / 2, 440, "RTF (lower is faster)", _CENTRED),
            _text(22, middle, "Avg WER (lower is better)", f"{_CENTRED} {_turned(22, middle)}"),
            *_points(points, report.languages),
            "</svg>\n",
        )
    )


_CENTRED = 'text-anchor="middle"'
_TO_THE_LEFT = 'text-anchor="end"'


def _points(points: Sequence[tuple[float, float, ModelRun]], languages: Sequence[str]) -> list[str]:
    """Circles with the models' names beside them, moved up where they would overlap."""
    drawn: list[str] = []
    taken: list[tuple[float, float, float]] = []
    for x, y, run in points:
        some = "" if len(run.languages) == len(languages) else f" ({' '.join(run.languages)})"
        name = f"{run.model}{some}"
        width = len(name) * _LETTER
        left = x + 9 if x + 9 + width < _WIDTH else x - 9 - width
        row = y + 4
        while any(abs(row - r) < _LINE and left < e and b < left + width for r, b, e in taken):
            row -= _LINE
        taken.append((row, left, left + width))
        told = f"{name}: average WER {percent(run.average_wer)}, RTF {rtf(run.total.rtf)}"
        drawn += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f6feb">',
            f"<title>{escape(told)}</title></circle>",
            _text(left, row, name),
        ]
    return drawn


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222" {style}>{escape(text)}</text>'


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="#ddd"/>'


def _turned(x: float, y: float) -> str:
    return f'transform="rotate(-90 {x:g} {y:g})"'
