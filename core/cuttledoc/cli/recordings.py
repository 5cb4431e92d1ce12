"""`cuttledoc transcribe memo.m4a`: recordings to text on standard output, or to files."""

from pathlib import Path

import click
import msgspec

from cuttledoc.cli.face import Face
from cuttledoc.cli.output import written_whole
from cuttledoc.engine import Result
from cuttledoc.errors import SettingsError
from cuttledoc.formats import Format, format_of, render
from cuttledoc.paragraphs import clock
from cuttledoc.settings import Settings

_TOGETHER = (Format.TXT, Format.MD)
"""Formats in which several transcripts can follow each other on one stream."""


class Target(msgspec.Struct, frozen=True):
    """Where the transcripts of recordings go.

    Attributes:
        format: What is written.
        output: File or folder; None for standard output.
        folder: Whether ``output`` is a folder, with a file for each recording.
    """

    format: Format
    output: Path | None
    folder: bool

    @classmethod
    def of(cls, chosen: Format | None, output: Path | None, recordings: int) -> "Target":
        """Settle format and place from the options given.

        Raises:
            SettingsError: They do not fit each other or the number of recordings.
        """
        folder = output is not None and (output.is_dir() or recordings > 1)
        if output is None or folder:
            target = cls(chosen or Format.TXT, output, folder)
        else:
            target = cls(chosen or format_of(output), output, folder=False)
        if output is None and recordings > 1 and target.format not in _TOGETHER:
            raise SettingsError(
                f"Several recordings cannot be one {target.format} stream.",
                hint="Name a folder for the files with -o.",
                code="output-several",
            )
        return target

    def deliver(self, path: Path, result: Result, settings: Settings, *, titled: bool) -> None:
        """Write one transcript to where it goes.

        Raises:
            DocumentError: The file cannot be written.
        """
        text = render(
            result.transcript, self.format, title=path.name, timestamps=settings.timestamps
        )
        if self.output is None:
            if titled and self.format is Format.TXT:
                click.echo(f"==> {path} <==")
            click.echo(text, nl=titled)
            return
        file = self.output / f"{path.stem}.{self.format}" if self.folder else self.output
        with written_whole(file) as stream:
            stream.write(text)


def say_stats(face: Face, path: Path, result: Result) -> None:
    """Tell how it went: duration, words, time taken, RTF, model."""
    transcript = result.transcript
    took = "from the cache" if result.cached else f"{transcript.processing_time:.2f} s"
    click.echo(
        f"{path.name}: {clock(transcript.duration)}, {transcript.word_count} words, {took}, "
        f"RTF {transcript.rtf:.3f}, {transcript.model} ({result.choice.reason})",
        err=True,
    )
    del face
