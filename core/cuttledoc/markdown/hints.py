"""What a document tells of the recordings it links to, before anybody listens to them."""

import re
from collections.abc import Iterator

from cuttledoc.hints import Hints
from cuttledoc.markdown.front_matter import read_front_matter
from cuttledoc.markdown.page import Page
from cuttledoc.markdown.regions import RegionKind, regions
from cuttledoc.markdown.targets import is_media

_WIKILINK = re.compile(r"\[\[([^\]|#\n]+)(?:#[^\]|\n]*)?(?:\|([^\]\n]+))?\]\]")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
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
    words = dict.fromkeys((*front.vocabulary, *_linked(page.text), *_headed(page.text)))
    return Hints(language=front.language, vocabulary=tuple(words)[:_MOST])


def _linked(text: str) -> Iterator[str]:
    for region in regions(text):
        if region.kind is RegionKind.INLINE:
            for found in _WIKILINK.finditer(region.text):
                if not is_media(found[1]):
                    yield found[1].rsplit("/", 1)[-1].strip()


def _headed(text: str) -> Iterator[str]:
    for heading in _HEADING.finditer(text):
        yield from _NAME.findall(_WIKILINK.sub(" ", heading[1]))
