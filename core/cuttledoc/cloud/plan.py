"""How a recording is cut before it is sent, by what its model gives back."""

import msgspec

from cuttledoc.cloud.known import Abilities
from cuttledoc.media.encoding import Encoding
from cuttledoc.models.elsewhere import CloudModel, Dialect

LONGEST = 1_200.0
"""Seconds. gpt-4o-transcribe takes 1,400; the rest is room for servers that take a little less."""

_MOST_BYTES = 25 * 1024 * 1024 - 64 * 1024
"""What OpenAI takes in one request, the form around the file included."""

_ENOUGH = 0.75


class Plan(msgspec.Struct, frozen=True):
    """When to cut; see ``recognise.segments.Cutting``. All in seconds."""

    longest: float
    enough: float
    long_pause: float


def plan(model: CloudModel, can: Abilities, encoding: Encoding, most: float) -> Plan:
    """The cutting for a model.

    A model that tells times gets long pieces: more of what was said before helps it. From one
    that tells none, a piece comes back as one segment, whose times are all that is known, so it
    is no longer than a paragraph; that also leaves less to send again. Audio language models are
    trained on half a minute.

    Args:
        model: What is asked.
        can: What it can do.
        encoding: How pieces are packed.
        most: The longest piece that the user wants sent, in seconds.
    """
    if model.dialect is Dialect.CHAT:
        longest, long_pause = 30.0, 2.0
    elif can.times:
        longest, long_pause = LONGEST, 20.0
    else:
        longest, long_pause = 60.0, 4.0
    longest = min(longest, most, _MOST_BYTES / encoding.bytes_per_second)
    return Plan(longest, _ENOUGH * longest, long_pause)
