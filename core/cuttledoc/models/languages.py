"""The languages a user can name: ISO 639-1 codes and their English names."""

import difflib
import re
from collections.abc import Mapping, Sequence

from cuttledoc.errors import SettingsError

_TABLE = """
aa Afar|ab Abkhazian|ae Avestan|af Afrikaans|ak Akan|am Amharic|an Aragonese|ar Arabic
as Assamese|av Avaric|ay Aymara|az Azerbaijani|ba Bashkir|be Belarusian|bg Bulgarian|bi Bislama
bm Bambara|bn Bengali|bo Tibetan|br Breton|bs Bosnian|ca Catalan|ce Chechen|ch Chamorro
co Corsican|cr Cree|cs Czech|cu Church Slavic|cv Chuvash|cy Welsh|da Danish|de German
dv Divehi|dz Dzongkha|ee Ewe|el Greek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque
fa Persian|ff Fulah|fi Finnish|fj Fijian|fo Faroese|fr French|fy Western Frisian|ga Irish
gd Scottish Gaelic|gl Galician|gn Guarani|gu Gujarati|gv Manx|ha Hausa|he Hebrew|hi Hindi
ho Hiri Motu|hr Croatian|ht Haitian|hu Hungarian|hy Armenian|hz Herero|ia Interlingua
id Indonesian|ie Interlingue|ig Igbo|ii Sichuan Yi|ik Inupiaq|io Ido|is Icelandic|it Italian
iu Inuktitut|ja Japanese|jv Javanese|ka Georgian|kg Kongo|ki Kikuyu|kj Kuanyama|kk Kazakh
kl Kalaallisut|km Khmer|kn Kannada|ko Korean|kr Kanuri|ks Kashmiri|ku Kurdish|kv Komi
kw Cornish|ky Kyrgyz|la Latin|lb Luxembourgish|lg Ganda|li Limburgish|ln Lingala|lo Lao
lt Lithuanian|lu Luba-Katanga|lv Latvian|mg Malagasy|mh Marshallese|mi Maori|mk Macedonian
ml Malayalam|mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|na Nauru
nb Norwegian Bokmål|nd North Ndebele|ne Nepali|ng Ndonga|nl Dutch|nn Norwegian Nynorsk
no Norwegian|nr South Ndebele|nv Navajo|ny Chichewa|oc Occitan|oj Ojibwa|om Oromo|or Odia
os Ossetian|pa Punjabi|pi Pali|pl Polish|ps Pashto|pt Portuguese|qu Quechua|rm Romansh
rn Rundi|ro Romanian|ru Russian|rw Kinyarwanda|sa Sanskrit|sc Sardinian|sd Sindhi
se Northern Sami|sg Sango|si Sinhala|sk Slovak|sl Slovenian|sm Samoan|sn Shona|so Somali
sq Albanian|sr Serbian|ss Swati|st Southern Sotho|su Sundanese|sv Swedish|sw Swahili|ta Tamil
te Telugu|tg Tajik|th Thai|ti Tigrinya|tk Turkmen|tl Tagalog|tn Tswana|to Tonga|tr Turkish
ts Tsonga|tt Tatar|tw Twi|ty Tahitian|ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek|ve Venda
vi Vietnamese|vo Volapük|wa Walloon|wo Wolof|xh Xhosa|yi Yiddish|yo Yoruba|za Zhuang
zh Chinese|zu Zulu
"""

LANGUAGES: dict[str, str] = {
    entry[:2]: entry[3:] for entry in _TABLE.strip().replace("\n", "|").split("|")
}
"""ISO 639-1 code → English name."""


def language_code(text: str) -> str:
    """The ISO 639-1 code that a user's word means.

    Args:
        text: A code in any case; a region, as in ``en-GB``, is left out.

    Raises:
        SettingsError: ``language-unknown``, with the codes that come close.
    """
    code = text.strip().lower().replace("_", "-").split("-")[0]
    if code in LANGUAGES:
        return code
    by_name = {name.lower(): code for code, name in LANGUAGES.items()}
    close = difflib.get_close_matches(code, by_name, n=2, cutoff=0.8)
    meant = " or ".join(f"{by_name[name]} ({LANGUAGES[by_name[name]]})" for name in close)
    raise SettingsError(
        f"“{text}” is no language code.",
        hint=(f"Did you mean {meant}? " if meant else "")
        + "Give a code of two letters such as en (ISO 639-1), or auto.",
        code="language-unknown",
    )


def language_of_system(environment: Mapping[str, str]) -> str | None:
    """The language in which the user's system speaks, where POSIX's variables tell it.

    Args:
        environment: Its variables; the first of ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` counts.

    Returns:
        ISO 639-1 code; None where unknown, as for ``C``.
    """
    locales = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return language_of_locale(next(filter(None, locales), ""))


def language_of_locale(locale: str) -> str | None:
    """The ISO 639-1 code in a locale such as ``de_DE.UTF-8`` or ``de-AT``, if there is one."""
    code = re.split(r"[-_.@]", locale, maxsplit=1)[0].lower()
    return code if code in LANGUAGES else None


_FEW = 6


def told(codes: Sequence[str]) -> str:
    """Some languages in a few words: their codes, or how many they are."""
    if not codes:
        return "any language"
    return " ".join(codes) if len(codes) <= _FEW else f"{len(codes)} languages"


def named(code: str) -> str:
    """A code with its name, such as ``en (English)``."""
    return f"{code} ({LANGUAGES[code]})"
