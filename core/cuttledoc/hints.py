"""What is known of a recording before anybody has listened to it."""

import msgspec


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    """What the user, or the document that links to a recording, says of it.

    Attributes:
        language: ISO 639-1 code of the speech; None where nobody says.
        vocabulary: Names and jargon that are likely to be said.
    """

    language: str | None = None
    vocabulary: tuple[str, ...] = ()
