"""What a document tells of its recordings."""

import pytest

from cuttledoc.markdown.front_matter import FrontMatter, read_front_matter
from cuttledoc.markdown.hints import hints_in
from cuttledoc.markdown.page import read_page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nlang: de\n---\n", FrontMatter("de")),
        ("---\r\nlanguage: pt-BR\r\n---\r\n", FrontMatter("pt-BR")),
        ("\ufeff---\nlang: fr\n...\n", FrontMatter("fr")),
        ('+++\nlang = "sv"\npeople = ["Åsa"]\n+++\n', FrontMatter("sv", ("Åsa",))),
        (
            "---\nvocabulary: [Kowloon, del Potro]\npeople:\n  - '[[Anna Petrova]]'\n---\n",
            FrontMatter(None, ("Kowloon", "del Potro", "Anna Petrova")),
        ),
        (
            "---\nkeywords: heron, reed  warbler, heron\n---\n",
            FrontMatter(None, ("heron", "reed warbler")),
        ),
        ("no front matter\n---\nlang: de\n---\n", FrontMatter()),
        ("---\nlang: [broken\n---\n", FrontMatter()),
        ("---\nlang: 7\nvocabulary: 7\n---\n", FrontMatter()),
        ("---\n- a\n- list\n---\n", FrontMatter()),
        ("---\nlang: de\n", FrontMatter()),
        ("---\nx: !!python/object/apply:os.system [true]\n---\n", FrontMatter()),
        ("", FrontMatter()),
    ],
)
def test_front_matter(text, expected):
    assert read_front_matter(text) == expected


NOTE = """---
lang: en
vocabulary: [Kowloon]
---
# Talk with Maria Sánchez about the Delta

See [[people/Jan Visser|Jan]], [[Reed warbler#Nest]] and ![[memo.m4a]].

```
[[Not this]]
# Nor That
```

## A walk
"""


def test_names_come_from_front_matter_links_and_headings():
    hints = hints_in(read_page(NOTE))
    assert hints.language == "en"
    assert hints.vocabulary == ("Kowloon", "Maria Sánchez", "Delta", "Jan Visser", "Reed warbler")


def test_a_document_full_of_names_gives_a_hundred():
    text = " ".join(f"[[Note {number}]]" for number in range(300))
    assert len(hints_in(read_page(text)).vocabulary) == 100
