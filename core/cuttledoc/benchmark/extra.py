"""The packages that only benchmarks need, and how to get them."""

from collections.abc import Iterator
from contextlib import contextmanager

from cuttledoc.errors import SettingsError


@contextmanager
def needs_extra() -> Iterator[None]:
    """Around an import: turns the lack of a package into a sentence.

    Raises:
        SettingsError: ``benchmark-extra``.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"The benchmark needs the package {error.name}, which is not installed.",
            hint="Run `pipx inject cuttledoc jiwer whisper-normalizer`, or "
            "`pip install 'cuttledoc[benchmark]'` where pip installed cuttledoc.",
            code="benchmark-extra",
        ) from error
