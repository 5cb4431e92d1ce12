"""What the operating system says about processes."""

import asyncio
import time
from pathlib import Path


def children(pid):
    """The processes that a process has started, and theirs."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if folder.name.isdigit() and int(fields[1]) == pid and fields[0] != "Z":
            found += [int(folder.name), *children(int(folder.name))]
    return found


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def gone(pids, seconds):
    end = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    return not any(map(is_running, pids))
