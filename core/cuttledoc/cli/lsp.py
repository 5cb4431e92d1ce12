"""`cuttledoc lsp`: the language server, for editors that know only one command."""

import runpy
import sys

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lsp(arguments: tuple[str, ...]) -> None:
    """Run the language server on standard input and output."""
    sys.argv[1:] = arguments
    # By its name only: the core does not know the server that stands on it.
    runpy.run_module("cuttledoc_lsp", run_name="__main__", alter_sys=True)
