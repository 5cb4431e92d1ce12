"""Opens a media file and picks the stream to listen to.

Everything is read through PyAV. libsndfile would read WAV, FLAC, Ogg and MP3 too, but it takes
nearly twice the processor time for Opus, saves little elsewhere (``benchmarks/decoders.py``) and
knows neither m4a nor webm: a second way in would be one more thing to get wrong.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from cuttledoc.errors import MediaError
from cuttledoc.media.file import open_regular
from cuttledoc.media.info import MediaInfo

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext

# A playlist can name other files and URLs. No protocol of this name exists, so whatever a file
# asks ffmpeg to open besides itself is refused.
_OPEN_NOTHING_ELSE = {"protocol_whitelist": "none"}

# Sample entries that say "encrypted" in MP4 files: Common Encryption and Apple's FairPlay.
_PROTECTED_TAGS = {"enca", "drms", "drmi", "p608"}


def probe(path: Path) -> MediaInfo:
    """Read the metadata of a media file without decoding it.

    Raises:
        MediaError: The file cannot be read, is no media file, or holds no sound.
    """
    with open_sound(path) as (_, _, info):
        return info


@contextmanager
def open_sound(path: Path) -> Iterator[tuple[InputContainer, AudioStream, MediaInfo]]:
    """Open a media file at its best sound stream.

    ffmpeg's own rule picks among several: a stream marked as default before others, then the
    one that holds more.

    Raises:
        MediaError: The file cannot be read, is no media file, or holds no sound that the
            codecs here can decode.
    """
    with open_regular(path) as file:
        try:
            container = av.open(file, mode="r", options=_OPEN_NOTHING_ELSE)
        except (av.FFmpegError, ValueError) as error:
            raise _unreadable(path, error) from error
        with container:
            stream = _sound_stream(path, container)
            yield container, stream, _describe(container, stream)


def _unreadable(path: Path, error: Exception) -> MediaError:
    reason = getattr(error, "strerror", None) or str(error)
    return MediaError(
        f"“{path}” is not an audio or video file that can be read, or it is damaged ({reason}).",
        hint="Play it in a media player to check, then record, copy or export it again.",
        code="media-unreadable",
        path=path,
    )


def _sound_stream(path: Path, container: InputContainer) -> AudioStream:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise MediaError(
            f"“{path}” holds no sound.",
            hint="Link a recording with an audio track.",
            code="media-no-sound",
            path=path,
        )
    # PyAV leaves the context out where no decoder is built in; its types do not say so.
    codec: AudioCodecContext | None = stream.codec_context
    if codec is not None and codec.codec_tag in _PROTECTED_TAGS:
        raise MediaError(
            f"“{path}” is copy-protected (DRM) and cannot be decoded.",
            hint="Use a recording without copy protection.",
            code="media-protected",
            path=path,
        )
    if codec is None or not codec.sample_rate:
        raise MediaError(
            f"The sound of “{path}” is in a format that cannot be decoded.",
            hint="Convert it to m4a, mp3, ogg or wav first.",
            code="media-codec",
            path=path,
        )
    return stream


def _describe(container: InputContainer, stream: AudioStream) -> MediaInfo:
    return MediaInfo(
        container=container.format.name,
        codec=stream.codec_context.codec.canonical_name,  # “mp3”, not which of its decoders
        sample_rate=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        duration=_duration(container, stream),
        has_video=any(
            not video.disposition & Disposition.attached_pic for video in container.streams.video
        ),
    )


def _duration(container: InputContainer, stream: AudioStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None:
        return container.duration / av.time_base
    return None
