"""The families of models, one file for each way of loading and asking them.

A family knows how its models are loaded, how their language is set, what they return and how they
fail. Adding one is a class here, a name in ``_FAMILIES``, and a layout in ``models/layouts.py``.
"""

from collections.abc import Callable

from cuttledoc.errors import ModelError
from cuttledoc.recognise.families.canary import Canary
from cuttledoc.recognise.families.ctc import NemoCtc, OmnilingualCtc
from cuttledoc.recognise.families.language_models import CohereTranscribe, FunAsrNano, Qwen3Asr
from cuttledoc.recognise.families.moonshine import Moonshine
from cuttledoc.recognise.families.sense_voice import SenseVoice
from cuttledoc.recognise.families.transducer import NemoTransducer
from cuttledoc.recognise.families.whisper import Whisper
from cuttledoc.recognise.provider import processor
from cuttledoc.recognise.recogniser import Recogniser
from cuttledoc.worker.protocol import Load

_FAMILIES: dict[str, Callable[[Load, str], Recogniser]] = {
    "canary": Canary,
    "cohere-transcribe": CohereTranscribe,
    "funasr-nano": FunAsrNano,
    "moonshine": Moonshine,
    "nemo-ctc": NemoCtc,
    "nemo-transducer": NemoTransducer,
    "omnilingual-ctc": OmnilingualCtc,
    "qwen3-asr": Qwen3Asr,
    "sense-voice": SenseVoice,
    "whisper": Whisper,
}

UNCUT = frozenset({"whisper"})
"""Families that do best with all of a recording that fits into their window.

Whisper was trained on half a minute of anything. Of 10 FLEURS clips each, whole or cut 1 s around
the speech, it made 8.0 or 9.9 % errors in English, 34.3 or 35.6 % in French. Moonshine does better
on what is cut.
"""


def load(request: Load) -> Recogniser:
    """Load a model.

    Raises:
        ModelError: The family is not known here, or the library refused the files. Many kinds
            of bad file end the process instead.
    """
    if request.family not in _FAMILIES:
        raise ModelError(
            f"Models of the family “{request.family}” cannot be run.",
            hint=f"The families are: {', '.join(_FAMILIES)}.",
            code="model-family",
        )
    try:
        with processor() as provider:
            return _FAMILIES[request.family](request, provider)
    except RuntimeError as error:
        raise ModelError(
            f"The model cannot be loaded ({str(error).splitlines()[0]}).",
            hint="Fetch it again with `cuttledoc models download --force`.",
            code="model-damaged",
        ) from error
