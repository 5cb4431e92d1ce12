"""Draws docs/picture.svg: a real run of the command on the example notes, as a terminal shows it.

Run it from the repository with the development environment: ``python docs/make_picture.py``.
"""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
SHOWN = "kitchen.md"
UNTIL = "| | first"


def main() -> None:
    """Run the command on a copy of the examples and record what it says."""
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(shutil.copytree(ROOT / "examples", Path(folder) / "notes"))
        console.print(
            Text.assemble(("$ ", "bold green"), (f"cuttledoc transcribe {SHOWN}", "bold"))
        )
        run = subprocess.run(
            [sys.executable, "-P", "-m", "cuttledoc", "transcribe", SHOWN],
            cwd=notes,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        console.print(Text(run.stderr.rstrip()))
        console.print(Text.assemble("\n", ("$ ", "bold green"), (f"cat {SHOWN}", "bold")))
        for line in (notes / SHOWN).read_text(encoding="utf-8").split(UNTIL)[0].splitlines():
            style = "dim" if line.startswith("<!--") else "cyan" if line.startswith(">") else ""
            console.print(Text(line, style=style))
    svg = console.export_svg(title="cuttledoc")
    # rich names a font on the web; a picture in a README loads none, and should not try.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (ROOT / "docs" / "picture.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
