"""Makes plain words safe to stand in Markdown: what would act as markup is escaped, all else not.

Beside CommonMark and GitHub's extensions this minds what Obsidian adds: tags, highlights,
comments, formulas and block ids.
"""

import re

_UNWRITABLE = re.compile(r"[\ud800-\udfff]")
_WHITE_SPACE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")

_INLINE = re.compile(
    r"""
      [\\`*\[~]                           # escapes, code, emphasis, links, strikethrough
    | _(?!(?<=[^\W_]_)[^\W_])             # emphasis, except inside a word
    | <(?=[A-Za-z/!?])                    # tags, comments and autolinks
    | &(?=\#?\w+;)                        # entities
    | (?<!\S)[\#^](?=\S)                  # tags, block ids
    | =(?==) | (?<==)= | %(?=%) | (?<=%)% # highlights, comments
    | :(?=//)                             # bare addresses
    """,
    re.VERBOSE,
)
_WWW = re.compile(r"(?i)\b(www)(?=\.)")
_FORMULA = re.compile(r"\$(?=\S)[^$]*(?<=\S)\$(?!\d)|\$\$")
_LINE_START = re.compile(
    r"""
      (?= \#{1,6}(?:\s|$) | > | [-+](?:\s|$) | (?:-[\s-]*|=\s*)$ )  # headings, quotes, lists, rules
    | \d{1,9} (?= [.)](?:\s|$) )                                    # numbered lists
    """,
    re.VERBOSE,
)
"""Up to where a backslash belongs if the line starts like a block."""


def plain(text: str) -> str:
    """The words in one line: white space and control characters become single spaces."""
    return _WHITE_SPACE.sub(" ", _UNWRITABLE.sub("\ufffd", text)).strip()


def escape(text: str, *, line_start: bool = True) -> str:
    """Markdown, in one line, that shows this plain text and nothing else.

    Args:
        text: The words; white space in them counts as single spaces.
        line_start: Whether it stands at the start of a line, where more characters act.
    """
    text = plain(text)
    escaped = _WWW.sub(r"\1\\", _INLINE.sub(r"\\\g<0>", text))
    if _FORMULA.search(text):
        escaped = escaped.replace("$", "\\$")
    if line_start and (acting := _LINE_START.match(escaped)):
        escaped = f"{escaped[: acting.end()]}\\{escaped[acting.end() :]}"
    return escaped
