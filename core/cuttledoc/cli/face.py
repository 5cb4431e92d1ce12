"""What every command has in common: the settings, and the two streams it talks on.

Results go to standard output, everything said to a person goes to standard error.
"""

import sys
from functools import cached_property
from typing import TYPE_CHECKING

import click
import msgspec

from cuttledoc.errors import CuttledocError
from cuttledoc.settings import CALL, LoadedSettings, Settings

if TYPE_CHECKING:
    from rich.console import Console


class Face:
    """The state of one run of the command line.

    Args:
        loaded: The settings, and where they came from.
        quiet: Whether only results and errors are said.
    """

    def __init__(self, loaded: LoadedSettings, *, quiet: bool = False) -> None:
        self.loaded = loaded
        self.quiet = quiet

    @property
    def settings(self) -> Settings:
        """The merged settings."""
        return self.loaded.settings

    def naming(self, setting: str, value: object) -> "Face":
        """The same with a setting as if the call had named it."""
        loaded = self.loaded
        settings = msgspec.structs.replace(loaded.settings, **{setting: value})
        return Face(LoadedSettings(settings, loaded.origins | {setting: CALL}), quiet=self.quiet)

    # rich takes 50 ms to import, which a run that only prints a cached text does not need.
    @cached_property
    def out(self) -> "Console":
        """For tables on standard output."""
        from rich.console import Console

        return Console(highlight=False)

    @cached_property
    def err(self) -> "Console":
        """For progress on standard error."""
        from rich.console import Console

        return Console(stderr=True, highlight=False)

    @property
    def shows_progress(self) -> bool:
        """Whether a person watches standard error and wants to."""
        return not self.quiet and sys.stderr.isatty()

    def say(self, text: str) -> None:
        """Tell a person something that is no result."""
        if not self.quiet:
            click.echo(text, err=True)


def say_error(error: CuttledocError) -> None:
    """Tell a person what is wrong, and on a line of its own what to do."""
    click.echo(f"{click.style('Error:', fg='red', bold=True)} {error.message}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)
