"""What a document tells of the recordings it links to, before anybody listens to them."""

import re
from collections.abc import Iterator

from cuttledoc.hints import Hints
from cuttledoc.markdown.front_matter import read_front_matter
from cuttledoc.markdown.page import Page
from cuttledoc.markdown.regions import RegionKind, regions
from cuttledoc.markdown.span import line_start
from cuttledoc.markdown.targets import is_media

_WIKILINK = re.compile(r"\[\[([^\]|#\n]+)(?:#[^\]|\n]*)?(?:\|([^\]\n]+))?\]\]")
_NAME = re.compile(r"(?<=\S )\w*[A-ZÀ-ÖØ-Þ]\w+(?: [A-ZÀ-ÖØ-Þ]\w+)*")
"""Words with a capital letter after the first word of a heading, which has one anyway."""

_MOST = 100
"""Words of a vocabulary; with more, a recogniser begins to hear them everywhere."""


def hints_in(page: Page) -> Hints:
    """The language a document names, and the names in it.

    Names come from its front matter, its wikilinks to other notes, and its headings.

    Args:
        page: The document.
    """
    front = read_front_matter(page.text)
    words = dict.fromkeys((*front.vocabulary, *_names(page.text)))
    return Hints(language=front.language, vocabulary=tuple(words)[:_MOST])


def _names(text: str) -> Iterator[str]:
    """Titles of notes that are linked to, and names in headings, in the order of the document."""
    for region in regions(text):
        if region.kind is not RegionKind.INLINE:
            continue
        for found in _WIKILINK.finditer(region.text):
            if not is_media(found[1]):
                yield found[1].rsplit("/", 1)[-1].strip()
        if "#" in text[line_start(text, region.start) : region.start]:
            yield from _NAME.findall(_WIKILINK.sub(" ", region.text))
