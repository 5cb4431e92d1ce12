"""What the letters of a text tell: of its language, of its words, of how long it takes to say."""

import unicodedata

_SPACELESS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
_WIDE = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA")

_WRITTEN_IN: dict[tuple[str, ...], str] = {
    ("CYRILLIC",): "be bg mk ru uk",
    ("CYRILLIC", "LATIN"): "kk mn sr",
    ("GREEK",): "el",
    ("ARABIC",): "ar fa ps ur",
    ("HEBREW",): "he yi",
    ("DEVANAGARI",): "hi mr ne sa",
    ("THAI",): "th",
    ("CJK",): "zh",
    ("CJK", "HIRAGANA", "KATAKANA"): "ja",
    ("CJK", "HANGUL"): "ko",
    ("LATIN",): (
        "ca cs cy da de en es et eu fi fr ga gl hr hu id is it lt lv ms mt nb nl nn no pl pt ro "
        "sk sl sq sv sw tl tr vi"
    ),
}
"""Scripts, by the first word of their letters' Unicode names → languages written in them."""

_SCRIPTS = {
    language: scripts
    for scripts, languages in _WRITTEN_IN.items()
    for language in languages.split()
}

_FOREIGN_SHARE = 0.5
_FOREIGN_LETTERS = 20
"""Letters from which a text says something of its language; a name or two may be foreign."""


def is_spaceless(letter: str) -> bool:
    """Whether a letter belongs to a script that puts no space between words."""
    return unicodedata.name(letter, "").startswith(_SPACELESS)


def is_wide(letter: str) -> bool:
    """Whether a letter stands for a syllable or more."""
    return unicodedata.name(letter, "").startswith(_WIDE)


def is_foreign(text: str, language: str | None) -> bool:
    """Whether most letters of a text are none in which a language is written.

    A language that is not known here, or None, is not judged.
    """
    scripts = _SCRIPTS.get(language or "")
    letters = [letter for letter in text if letter.isalpha()]
    if scripts is None or len(letters) < _FOREIGN_LETTERS:
        return False
    foreign = sum(not unicodedata.name(letter, "").startswith(scripts) for letter in letters)
    return foreign > _FOREIGN_SHARE * len(letters)
