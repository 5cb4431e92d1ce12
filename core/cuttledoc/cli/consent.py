"""Asks before recordings are sent to a server: once for all that a run would send."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from cuttledoc.cli.face import Face
from cuttledoc.cloud import consent
from cuttledoc.engine import Engine
from cuttledoc.errors import CloudError
from cuttledoc.hints import Hints
from cuttledoc.settings import CALL, Cloud


async def ask(
    face: Face, engine: Engine, recordings: Mapping[Path, Hints], *, use_cache: bool, yes: bool
) -> bool:
    """Tell what a run would send, and ask unless the user has agreed to it beforehand.

    Args:
        face: Talks to the user.
        engine: Knows what is in the cache already, and how long recordings are.
        recordings: What the run is about, and what is known of each.
        use_cache: Whether a transcript in the cache will do.
        yes: Whether the user said yes on the command line.

    Returns:
        Whether recordings may be sent; False where there is nothing to send.

    Raises:
        CloudError: ``cloud-off``, ``cloud-declined``, or ``cloud-unasked``: nobody is there to
            answer.
    """
    upload = await engine.upload(recordings, use_cache=use_cache)
    if upload is None:
        return False
    # To name the model in the call is to ask for it.
    if face.settings.cloud is Cloud.OFF and face.loaded.origins.get("model") != CALL:
        raise consent.switched_off(engine.choose().model.id)
    if yes or face.settings.cloud is Cloud.ON:
        face.say(f"Sending {upload}.")
        return True
    if not sys.stdin.isatty():
        raise CloudError(
            f"This would send {upload}, and nobody is here to agree to it.",
            hint="Add --yes, or set cloud to on.",
            code="cloud-unasked",
        )
    if not click.confirm(f"Send {upload}?", default=False, err=True):
        raise consent.declined(upload.host)
    return True
