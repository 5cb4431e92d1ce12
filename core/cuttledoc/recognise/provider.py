"""Where and how ONNX Runtime computes: on the processor, with options of ours."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

DEFAULT = "cpu"


@contextmanager
def processor() -> Iterator[str]:
    """What sherpa-onnx calls a provider: the processor, with options for ONNX Runtime.

    Memory patterns plan one large block for each new length of input. Every piece has another
    length, so they gain nothing here, and peak memory is a quarter lower without them. Options
    can only be given in a file, whose path must hold no colon but the first.
    """
    if os.name != "posix":
        yield DEFAULT
        return
    try:
        folder = TemporaryDirectory(prefix="cuttledoc-")
        options = Path(folder.name) / "options"
        options.write_text("EnableMemPattern=0\n", encoding="ascii")
    except OSError:  # no room for a line of text: then it takes more memory
        yield DEFAULT
        return
    with folder:
        yield f"{DEFAULT}:{options}"
