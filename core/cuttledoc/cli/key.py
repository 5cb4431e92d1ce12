"""`cuttledoc key`: the key of a server, in the system's keyring."""

import os
import sys

import click

from cuttledoc.cli.face import Face
from cuttledoc.cloud.address import Server, server
from cuttledoc.cloud.key import find_key, forget_key, keep_key


@click.group()
def key() -> None:
    """Set or delete the key of the server that cloud_url names.

    It is kept in the system's keyring. The variables CUTTLEDOC_API_KEY and, for OpenAI's own
    servers, OPENAI_API_KEY are heeded before it.
    """


@key.command("set")
@click.pass_obj
def set_(face: Face) -> None:
    """Put a key into the keyring; it is asked for unseen, or read from standard input."""
    where = _server(face)
    if sys.stdin.isatty():
        value = click.prompt(f"Key for {where.host}", hide_input=True, err=True)
    else:
        value = sys.stdin.readline()
    keep_key(where, value.strip())
    face.say(f"The key for {where.host} is in the system's keyring.")


@key.command()
@click.pass_obj
def delete(face: Face) -> None:
    """Take the key out of the keyring."""
    where = _server(face)
    gone = forget_key(where)
    face.say(f"The key for {where.host} is deleted." if gone else f"No key for {where.host}.")


@key.command("show-source")
@click.pass_obj
def show_source(face: Face) -> int:
    """Tell where the key comes from; never the key. Ends with status 1 if there is none."""
    where = _server(face)
    found = find_key(where, os.environ)
    click.echo(f"{where.host}: {found.source if found else 'no key'}")
    return 0 if found else 1


def _server(face: Face) -> Server:
    return server(face.settings.cloud_url)
