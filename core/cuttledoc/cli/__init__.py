"""The command line: words for the user are made here, and only here."""
