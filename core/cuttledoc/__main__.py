"""``python -m cuttledoc`` is the command line."""

from cuttledoc.cli import main

main()
