"""Which models exist, which are installed, and how they are fetched."""
