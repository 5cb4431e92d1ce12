"""The command line: words for the user are made here, and only here.

Exit status: 0 all is well · 1 a bug · 2 usage or settings · 3 document · 4 recording · 5 model ·
6 worker process · 7 server · 130 interrupted. With several failures, that of the first one.
"""

import importlib
import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import click

from cuttledoc import __version__
from cuttledoc.cli.face import Face, say_error
from cuttledoc.errors import CuttledocError
from cuttledoc.settings import load_settings, user_file

INTERRUPTED = 130
"""What shells give a command that Ctrl-C ended: 128 and the signal's number."""

_COMMANDS = {
    "transcribe": "cuttledoc.cli.transcribe:transcribe",
    "models": "cuttledoc.cli.models:models",
    "key": "cuttledoc.cli.key:key",
    "cache": "cuttledoc.cli.cache:cache",
    "benchmark": "cuttledoc.cli.benchmark:benchmark",
    "doctor": "cuttledoc.cli.doctor:doctor",
    "lsp": "cuttledoc.cli.lsp:lsp",
}


class _Commands(click.Group):
    """Imports a command when it is asked for: a cached transcript should be there at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=__doc__.partition("\n\n")[2].replace("\n", " ") if __doc__ else None,
)
@click.version_option(__version__, "-V", "--version", prog_name="cuttledoc")
@click.option("--verbose", is_flag=True, help="Log what is done, to standard error.")
@click.pass_context
def command_line(context: click.Context, /, *, verbose: bool) -> None:
    """Turn the audio a Markdown document links to into text inside that document."""
    if verbose:
        logging.basicConfig(
            level=logging.DEBUG, format="%(relativeCreated)6d ms %(name)s: %(message)s"
        )
    context.obj = Face(load_settings(environment=os.environ, file=user_file()))


def main() -> None:
    """Run the command line and end the process with its exit status."""
    sys.exit(_run())


def _run() -> int:
    for stream in (sys.stdout, sys.stderr):
        # A transcript in a language the terminal's encoding lacks must not end in a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status: Any = command_line.main(standalone_mode=False)
        sys.stdout.flush()
    except CuttledocError as error:
        say_error(error)
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. No document was changed by what was under way.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone (`| head`); Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception:  # noqa: BLE001 - the last place where a bug can be told politely
        return _say_bug()
    return status if isinstance(status, int) else 0


def _say_bug() -> int:
    with tempfile.NamedTemporaryFile(
        "w", prefix="cuttledoc-", suffix=".log", encoding="utf-8", delete=False
    ) as log:
        log.write(f"cuttledoc {__version__}, Python {sys.version}\n{traceback.format_exc()}")
    click.echo(
        f"Error: cuttledoc met a bug of its own. What happened is in {Path(log.name)}; "
        "please report it with that file.",
        err=True,
    )
    return 1
