"""Several threads may choose a model at once, as the language server's do."""

import subprocess
import sys

import pytest

CHOOSE = """
import sys, threading
from pathlib import Path
from cuttledoc.cache import Cache, Key
from cuttledoc.models.choose import choose
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings

sys.setswitchinterval(1e-6)
together = threading.Barrier(8)

def work():
    together.wait()
    choose(Settings(), None, Store(Path(sys.argv[1])))
    Cache(Path(sys.argv[1]), 1).get(Key("", "", (), None))

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("time", range(40))
def test_the_first_look_into_the_catalogue_by_many_threads(installed_models, time):
    done = subprocess.run([sys.executable, "-c", CHOOSE, installed_models], check=False)
    assert done.returncode == 0
