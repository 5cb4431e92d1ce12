"""What the Neovim plugin costs at start, before the first Markdown file.

    python benchmarks/nvim_startup.py [--runs N]

Starts a real Neovim with an empty home and the plugin as a plain package, and the same without, in
turns; the times are those of ``nvim --startuptime``. Needs what ``make test-nvim`` installs.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import table

PLUGIN = Path(__file__).parents[1] / "plugins" / "nvim"
NVIM = Path(sys.executable).parent / "nvim"


def start(home, *files):
    """Milliseconds from start to the first screen, and those spent in the plugin's own files."""
    log = home / "log"
    log.unlink(missing_ok=True)
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        **{f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    subprocess.run(
        [NVIM, "--headless", "-n", "-i", "NONE", "--startuptime", log, *files, "+qall!"],
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    text = log.read_text(encoding="utf-8")
    # A UI starts an embedded editor with a log part of its own; headless there is one.
    total = float(re.findall(r"^([\d.]+) .*--- NVIM STARTED ---", text, re.MULTILINE)[-1])
    own = re.findall(r"^[\d.]+ +[\d.]+ +([\d.]+): .*cuttledoc", text, re.MULTILINE)
    return total, sum(map(float, own))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        plain, with_plugin = Path(folder, "plain"), Path(folder, "with")
        plain.mkdir()
        packages = with_plugin / "DATA" / "nvim" / "site" / "pack" / "bench" / "start"
        packages.mkdir(parents=True)
        (packages / "cuttledoc").symlink_to(PLUGIN)
        without, together, own = [], [], []
        for _ in range(runs):  # in turns, so that a busy moment falls on both
            without.append(start(plain)[0])
            total, mine = start(with_plugin)
            together.append(total)
            own.append(mine)
    ratio = statistics.median(together) / statistics.median(without)
    table(
        ("start of Neovim, median", "ms"),
        [
            ("without the plugin", f"{statistics.median(without):.2f}"),
            ("with the plugin", f"{statistics.median(together):.2f}"),
            ("ratio", f"{ratio:.3f}"),
            ("spent in the plugin's own files", f"{statistics.median(own):.2f}"),
        ],
    )


if __name__ == "__main__":
    main()
