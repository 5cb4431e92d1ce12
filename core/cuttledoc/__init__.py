"""cuttledoc turns the audio files a Markdown document links to into text in that document."""

__version__ = "0.1.0"
