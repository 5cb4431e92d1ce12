"""Every entry of the catalogue fits the constructor of sherpa-onnx that its family calls."""

import inspect

import pytest
import sherpa_onnx

from cuttledoc.models.catalogue import ModelKind, catalogue
from cuttledoc.models.own import LAYOUTS

CONSTRUCTORS = {
    "canary": "from_nemo_canary",
    "cohere-transcribe": "from_cohere_transcribe",
    "funasr-nano": "from_funasr_nano",
    "moonshine": "from_moonshine_v2",
    "nemo-ctc": "from_nemo_ctc",
    "nemo-transducer": "from_transducer",
    "omnilingual-ctc": "from_omnilingual_asr_ctc",
    "qwen3-asr": "from_qwen3_asr",
    "sense-voice": "from_sense_voice",
    "whisper": "from_whisper",
}
BESIDE = {"encoder-data"}
"""Files that no argument names: the library finds them beside another."""

RECOGNISERS = [one for one in catalogue().values() if one.kind is ModelKind.RECOGNISER]


def needed(family):
    """The files that the family's constructor cannot do without."""
    constructor = getattr(sherpa_onnx.OfflineRecognizer, CONSTRUCTORS[family])
    parameters = inspect.signature(constructor).parameters.values()
    return {one.name for one in parameters if one.default is inspect.Parameter.empty}


def given(roles):
    return {role.partition("/")[0] for role in roles} - BESIDE


@pytest.mark.parametrize("model", RECOGNISERS, ids=lambda model: model.id)
def test_a_model_brings_the_files_its_family_is_loaded_from(model):
    assert given(file.role for file in model.files) == needed(model.family)


@pytest.mark.parametrize("family", LAYOUTS)
def test_a_model_of_the_users_brings_them_too(family):
    assert given(LAYOUTS[family]) == needed(family)


@pytest.mark.parametrize("model", RECOGNISERS, ids=lambda model: model.id)
def test_each_model_can_be_verified(model):
    """By the sums of its files, or by that of its archive."""
    archives = [source for source in model.sources if source.kind == "archive"]
    assert all(file.sha256 for file in model.files) or all(one.sha256 for one in archives)
    assert all(0 <= rate <= 110 for measured in model.measured for rate in measured.wer.values())
    assert all(set(measured.wer) <= set(model.languages) for measured in model.measured)
