"""How sound is packed to be sent elsewhere, as values that need no codec to read."""

from enum import StrEnum


class Encoding(StrEnum):
    """A codec in its usual container.

    In the order they are tried: Opus is a tenth of the others' size at no cost in words; servers
    that only read what libsndfile of old reads take FLAC; the simplest ones take WAV alone.
    """

    OPUS = "opus"
    FLAC = "flac"
    WAV = "wav"

    @property
    def suffix(self) -> str:
        """File name extension without its dot; servers go by it."""
        return "ogg" if self is Encoding.OPUS else self.value

    @property
    def content_type(self) -> str:
        """Media type."""
        return f"audio/{self.suffix}"

    @property
    def bytes_per_second(self) -> int:
        """The most a second of mono sound at 16 kHz takes, container included."""
        return 6_000 if self is Encoding.OPUS else 33_000
