"""What a media file holds, as a value that needs no codec to read."""

import msgspec


class MediaInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Metadata of a media file and of the sound stream that would be transcribed.

    Attributes:
        container: Short name of the container format, such as ``mov,mp4,m4a``.
        codec: Name of the sound codec, such as ``aac``.
        sample_rate: Samples per second in the file, in Hz.
        channels: Number of channels in the file.
        duration: Length in seconds; None where the container does not tell.
        has_video: Whether moving pictures come with the sound (cover art does not count).
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration: float | None
    has_video: bool
