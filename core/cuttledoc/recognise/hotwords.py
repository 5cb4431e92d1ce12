"""Spells names and jargon in the tokens of a model, as hotwords have to be given."""

from collections.abc import Iterable
from pathlib import Path

_SPACE = "\u2581"


class Spelling:
    """The tokens of a model.

    Args:
        tokens: Its ``tokens.txt``: a token and its number in each line.
    """

    def __init__(self, tokens: Path) -> None:
        lines = tokens.read_text(encoding="utf-8").splitlines()
        self._tokens = frozenset(line.rsplit(maxsplit=1)[0] for line in lines if " " in line)
        self._longest = max(map(len, self._tokens), default=0)

    def hotwords(self, vocabulary: Iterable[str]) -> str:
        """The words that can be spelled: tokens with spaces between, words with ``/`` between.

        The longest token that fits comes first, as in most vocabularies that were learned by
        merging. A model that divides a word in another way does not find it, and no harm is done.
        """
        spelled = (self._spelled(" ".join(word.split())) for word in vocabulary)
        return "/".join(" ".join(tokens) for tokens in spelled if tokens)

    def _spelled(self, words: str) -> list[str]:
        text = _SPACE + words.replace(" ", _SPACE)
        found: list[str] = []
        at = 0
        while at < len(text):
            size = next(
                (n for n in range(self._longest, 0, -1) if text[at : at + n] in self._tokens), 0
            )
            if not size:
                return []
            found.append(text[at : at + size])
            at += size
        return found
