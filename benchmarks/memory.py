"""Peak memory for three hours of speech against three minutes."""

import subprocess
import sys
import tempfile
from pathlib import Path

import av
from common import BRIAN, need_shared, table

MINUTES = (3, 180)


def repeated(target: Path, minutes: int) -> None:
    """Write speech of this length by copying the packets of en-brian again and again."""
    with av.open(str(target), "w") as out:
        stream = None
        offset = 0
        while offset < minutes * 60 * 48_000:
            with av.open(str(BRIAN)) as source:
                sound = source.streams.audio[0]
                stream = stream or out.add_stream_from_template(sound)
                end = offset
                for packet in source.demux(sound):
                    if packet.dts is None or offset + packet.pts >= minutes * 60 * 48_000:
                        continue
                    end = offset + packet.pts + packet.duration
                    packet.pts = packet.dts = offset + packet.pts
                    packet.stream = stream
                    out.mux(packet)
                if end == offset:
                    return
                offset = end


def peak_megabytes(recording: Path) -> tuple[float, float]:
    """Peak resident size of the command's own process, and of the worker below it."""
    script = (
        "import resource, sys\n"
        "from cuttledoc.cli import _run\n"
        "sys.argv[1:] = ['transcribe', sys.argv[1], '--no-cache', '-o', sys.argv[2]]\n"
        "assert _run() == 0\n"
        "for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):\n"
        "    print(resource.getrusage(who).ru_maxrss / 1024)\n"
    )
    output = subprocess.run(
        [sys.executable, "-P", "-c", script, recording, recording.with_suffix(".txt")],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout.split()
    return float(output[0]), float(output[1])


def main() -> None:
    need_shared()
    peaks = {}
    with tempfile.TemporaryDirectory() as folder:
        for minutes in MINUTES:
            recording = Path(folder) / f"{minutes}.ogg"
            repeated(recording, minutes)
            peaks[minutes] = peak_megabytes(recording)
    table(
        ("peak memory, MiB", *(f"{minutes} min" for minutes in MINUTES), "ratio"),
        [
            (
                name,
                *(f"{peaks[m][i]:.0f}" for m in MINUTES),
                f"{peaks[MINUTES[1]][i] / peaks[MINUTES[0]][i]:.2f}",
            )
            for i, name in enumerate(("command", "worker"))
        ],
    )


if __name__ == "__main__":
    main()
