"""What the benchmarks share: the speech they measure on, the models, and tables."""

import os
import subprocess
import sys
from pathlib import Path

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from cuttledoc.models.store import Store
from cuttledoc.settings import load_settings, user_file

SHARED = Path(__file__).resolve().parents[2] / "shared"
BRIAN = SHARED / "speech" / "long" / "en-brian.ogg"
FLEURS = sorted((SHARED / "speech" / "fleurs").glob("fleurs-en-*.ogg"))

_normalise = EnglishTextNormalizer()

# An installed package has its bytecode; a checkout that may not write it compiles at each start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def need_shared() -> None:
    """End with a clear reason where the test speech is not there."""
    if not BRIAN.exists():
        sys.exit("This benchmark needs the speech in ../shared beside the checkout.")


def reference(recording: Path) -> str:
    """The text that is spoken in a recording."""
    return recording.with_suffix(".txt").read_text(encoding="utf-8")


def wer(references: list[str], texts: list[str]) -> float:
    """Word error rate over all texts together, after Whisper's English normaliser."""
    return jiwer.wer([_normalise(r) for r in references], [_normalise(t) for t in texts])


def store() -> Store:
    """The user's installed models."""
    return Store(load_settings(environment=os.environ, file=user_file()).settings.models_dir)


def command(*arguments: str | Path) -> str:
    """Standard output of the real command."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "cuttledoc", *map(str, arguments)],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(head)} |")
    print(f"|{'|'.join('---' for _ in head)}|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
