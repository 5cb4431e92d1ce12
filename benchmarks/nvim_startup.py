"""What the Neovim plugin costs at start, before the first Markdown file.

    python benchmarks/nvim_startup.py [--runs N]

Starts a real Neovim with an empty home and no package, with a package of one empty file, and with
the plugin, in turns; the times are those of ``nvim --startuptime``. ``make bench-nvim`` installs
what it needs.
"""

import argparse
import os
import re
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


def home_with(folder, package):
    """A home of its own; with a package, if one is named."""
    packages = folder / "DATA" / "nvim" / "site" / "pack" / "bench" / "start"
    packages.mkdir(parents=True)
    if package is not None:
        (packages / "one").symlink_to(package)
    return folder


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        empty = folder / "package" / "plugin" / "empty.lua"
        empty.parent.mkdir(parents=True)
        empty.touch()
        homes = {
            "no package": home_with(folder / "none", None),
            "a package of one empty file": home_with(folder / "empty", empty.parents[1]),
            "cuttledoc": home_with(folder / "cuttledoc", PLUGIN),
        }
        times = {name: [] for name in homes}
        own = []
        for _ in range(runs):  # in turns, so that a busy moment falls on all
            for name, home in homes.items():
                total, mine = start(home)
                times[name].append(total)
                own.append(mine)
    # What else the machine does only adds to a time, so the least is the nearest to the truth.
    least = {name: min(values) for name, values in times.items()}
    plain = least["no package"]
    table(
        ("start of Neovim with", "least ms", "ratio"),
        [(name, f"{value:.2f}", f"{value / plain:.3f}") for name, value in least.items()],
    )
    print(f"\nSpent in the plugin's own files: {min(filter(None, own)):.2f} ms.")


if __name__ == "__main__":
    main()
