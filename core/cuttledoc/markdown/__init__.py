"""The document side: finds links to recordings and places transcripts. Knows no audio."""
