"""`cuttledoc cache`: the finished transcripts that are kept."""

import click

from cuttledoc.cache import Cache
from cuttledoc.cli.face import Face
from cuttledoc.errors import SettingsError


@click.group()
def cache() -> None:
    """Show or clear the transcripts that are kept."""


@cache.command()
@click.pass_obj
def path(face: Face) -> None:
    """Print the folder they lie in."""
    click.echo(face.settings.cache_dir)


@cache.command()
@click.pass_obj
def size(face: Face) -> None:
    """Print how many there are and how large they are together."""
    entries, size = _cache(face).size()
    click.echo(
        f"{entries} {'transcript' if entries == 1 else 'transcripts'}, {size / 1e6:.1f} MB "
        f"of at most {face.settings.cache_megabytes} MB"
    )


@cache.command()
@click.pass_obj
def clear(face: Face) -> None:
    """Delete them all. Documents keep the transcripts that stand in them."""
    try:
        count = _cache(face).clear()
    except OSError as error:
        raise SettingsError(
            f"The cache {face.settings.cache_dir} cannot be cleared: {error.strerror}.",
            hint="Give yourself permission to change that folder.",
            code="cache-unwritable",
            path=face.settings.cache_dir,
        ) from error
    face.say(f"Deleted {count} {'transcript' if count == 1 else 'transcripts'}.")


def _cache(face: Face) -> Cache:
    return Cache(face.settings.cache_dir, face.settings.cache_megabytes)
