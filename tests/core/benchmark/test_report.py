"""A report as tables, as a picture, and against another one."""

import xml.etree.ElementTree as ET
from pathlib import Path

import click
import msgspec
import pytest

from cuttledoc.benchmark import compare, plot, tables
from cuttledoc.benchmark.compare import Pair, Verdict, verdict
from cuttledoc.benchmark.normalise import Normaliser
from cuttledoc.benchmark.report import LeftOut, Machine, ModelRun, Report, read_report, to_json
from cuttledoc.benchmark.score import Counts, Sample, Score
from cuttledoc.cli.benchmark import report, run
from cuttledoc.errors import SettingsError

from .conftest import model_run

DOCS = (Path(__file__).parents[3] / "docs" / "benchmark.md").read_text(encoding="utf-8")

SVG = "{http://www.w3.org/2000/svg}"

ACCURACY = """\
| Backend           | 🇬🇧 EN | 🇩🇪 DE | 🇪🇸 ES | 🇫🇷 FR | 🇧🇷 PT | **Avg WER** |
| ----------------- | ----- | ----- | ----- | ----- | ----- | ----------- |
| Whisper large-v3  | 4.9%  | 2.8%  | 2.1%  | 10.6% | 5.2%  | **5.1%**    |
| gpt-4o-transcribe | 9.9%  | 2.8%  | 2.1%  | 6.3%  | 4.6%  | **5.1%**    |
| Canary-1B-v2      | 8.2%  | 2.8%  | 3.2%  | 7.9%  | 5.7%  | **5.6%**    |
| Parakeet v3       | 4.6%  | 4.5%  | 3.6%  | 10.1% | 9.0%  | **6.4%**    |
"""

SPEED = """\
| Backend           | RTF  | Notes                                |
| ----------------- | ---- | ------------------------------------ |
| gpt-4o-transcribe | 0.16 | loaded in 1.50 s, peak memory 500 MB |
| Parakeet v3       | 0.24 | loaded in 1.50 s, peak memory 500 MB |
| Canary-1B-v2      | 0.57 | loaded in 1.50 s, peak memory 500 MB |
| Whisper large-v3  | 2.20 | loaded in 1.50 s, peak memory 500 MB |
"""


class TestTables:
    def test_the_two_tables_of_the_decision_record_come_out_in_its_form(self, decision_record):
        text = tables.markdown(decision_record)
        assert f"## Word Error Rate (WER) - Lower is Better\n\n{ACCURACY}\n" in text
        assert f"## Real-Time Factor (RTF) - Lower is Faster\n\n{SPEED}\n" in text

    def test_the_summary_is_the_one_users_know(self, decision_record):
        rows = tables.markdown(decision_record).splitlines()
        assert "| Model             | WER  | Accuracy | RTF  | Speed       |" in rows
        assert "| Whisper large-v3  | 5.1% | 94.9%    | 2.20 | 2.2x slower |" in rows
        assert "| Parakeet v3       | 6.4% | 93.6%    | 0.24 | 4.2x faster |" in rows

    def test_a_model_on_fewer_languages_stands_last_with_a_mark(self, make_report):
        report = make_report(model_run("a", {"en": 5, "de": 7}, 0.1), model_run("b", {"en": 1}, 1))
        text = tables.markdown(report)
        assert "| b       | 1.0%  | –     | **1.0%**\\*  |" in text  # noqa: RUF001
        assert "fewer languages" in text
        assert text.index("| a       |") < text.index("| b       |")

    def test_what_is_not_known_is_no_number(self, make_report):
        run = msgspec.structs.replace(
            model_run("a", {"und": 5}, 0.0), load_seconds=None, peak_memory=None
        )
        text = tables.markdown(make_report(run))
        assert "not told" in text
        assert "None" not in text


@pytest.mark.parametrize("kind", [Report, Machine, LeftOut, ModelRun, Score, Counts, Sample])
def test_each_field_of_the_json_is_told(kind):
    for field in msgspec.structs.fields(kind):
        assert f"`{field.name}`" in DOCS


@pytest.mark.parametrize("command", [run, report], ids=["run", "report"])
def test_each_option_is_told(command):
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[-1] in DOCS


class TestFile:
    def test_a_report_is_read_back_as_it_was(self, decision_record, tmp_path):
        file = tmp_path / "r.json"
        file.write_text(to_json(decision_record), encoding="utf-8")
        assert read_report(file) == decision_record

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"timestamp": "x", "models": []}'])
    def test_what_is_no_report_is_told(self, tmp_path, text):
        file = tmp_path / "r.json"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match="no benchmark report") as caught:
            read_report(file)
        assert caught.value.code == "report-unreadable"

    def test_a_report_of_another_version_is_told(self, decision_record, tmp_path):
        file = tmp_path / "r.json"
        file.write_text(to_json(msgspec.structs.replace(decision_record, version=2)), "utf-8")
        with pytest.raises(SettingsError, match="version 2"):
            read_report(file)


@pytest.mark.parametrize(
    ("wer", "rtf", "told"),
    [
        ((0.10, 0.10), (1.0, 1.0), Verdict.EVEN),
        ((0.10, 0.09), (1.0, 1.0), Verdict.BETTER),
        ((0.10, 0.091), (1.0, 1.0), Verdict.EVEN),
        ((0.10, 0.10), (1.0, 0.5), Verdict.BETTER),
        ((0.10, 0.114), (1.0, 0.5), Verdict.BETTER),
        ((0.10, 0.116), (1.0, 0.5), Verdict.WORSE),
        ((0.10, 0.05), (1.0, 1.2), Verdict.WORSE),
        ((0.0, 0.01), (1.0, 1.0), Verdict.WORSE),
        ((0.0, 0.0), (1.0, 1.0), Verdict.EVEN),
        ((0.10, 0.05), (None, None), Verdict.BETTER),
    ],
)
def test_the_rule_of_the_decision_record(wer, rtf, told):
    assert verdict(Pair(*wer), Pair(*rtf)) is told


class TestComparison:
    def test_each_language_and_the_average_are_judged(self, make_report):
        before = make_report(model_run("a", {"en": 10, "de": 20}, 0.2))
        after = make_report(model_run("a", {"en": 12, "de": 10}, 0.2))
        found = compare.compare(before, after)
        assert [(d.language, d.verdict) for d in found] == [
            ("de", Verdict.BETTER),
            ("en", Verdict.WORSE),
            (None, Verdict.BETTER),
        ]
        assert found[-1].wer == Pair(pytest.approx(0.15), pytest.approx(0.11))
        text = compare.markdown(before, after)
        assert "+20%" in text
        assert "**worse**" in text

    def test_only_clips_that_both_have_count(self, make_report):
        before = make_report(model_run("a", {"en": 10}, 0.2, clips=3))
        after = make_report(model_run("a", {"en": 10, "de": 50}, 0.2, clips=2))
        [found] = compare.compare(before, after)
        assert (found.clips, found.wer.after, found.verdict) == (2, 0.1, Verdict.EVEN)

    def test_speed_is_not_judged_across_machines(self, make_report):
        other = Machine(system="Darwin arm64", processors=8, jobs=8)
        before = make_report(model_run("a", {"en": 10}, 0.2))
        after = make_report(model_run("a", {"en": 10}, 0.9), machine=other)
        [found] = compare.compare(before, after)
        assert found.verdict is Verdict.EVEN
        assert "RTF is not judged" in compare.markdown(before, after)

    def test_what_cannot_be_compared_is_told(self, make_report):
        one = make_report(model_run("a", {"en": 10}, 0.2))
        for other in (
            make_report(model_run("b", {"en": 10}, 0.2)),
            make_report(model_run("a", {"de": 10}, 0.2)),
            make_report(model_run("a", {"en": 10}, 0.2), normaliser=Normaliser.WHISPER),
        ):
            with pytest.raises(SettingsError) as caught:
                compare.compare(one, other)
            assert caught.value.code == "reports-differ"


class TestPlot:
    def test_each_model_has_its_point_at_its_place(self, decision_record):
        picture = ET.fromstring(plot.svg(decision_record))  # noqa: S314 - it is our own
        places = {
            circle[0].text.partition(":")[0]: (float(circle.get("cx")), float(circle.get("cy")))
            for circle in picture.iter(f"{SVG}circle")
        }
        assert set(places) == {run.model for run in decision_record.models}
        faster = sorted(places, key=lambda name: places[name][0])
        assert faster == ["gpt-4o-transcribe", "Parakeet v3", "Canary-1B-v2", "Whisper large-v3"]
        lower = sorted(places, key=lambda name: -places[name][1])
        assert lower == ["Whisper large-v3", "gpt-4o-transcribe", "Canary-1B-v2", "Parakeet v3"]
        texts = {text.text for text in picture.iter(f"{SVG}text")}
        assert {"RTF (lower is faster)", "Avg WER (lower is better)", *places} <= texts

    def test_labels_do_not_lie_upon_each_other(self, make_report):
        report = make_report(*(model_run(f"model-{n}", {"en": 5}, 0.1) for n in range(5)))
        picture = ET.fromstring(plot.svg(report))  # noqa: S314
        rows = [
            float(text.get("y"))
            for text in picture.iter(f"{SVG}text")
            if text.text.startswith("model-")
        ]
        gaps = [b - a for a, b in zip(sorted(rows), sorted(rows)[1:], strict=False)]
        assert min(gaps) >= 12

    @pytest.mark.parametrize("wer", [0, 0.01, 99, 250])
    def test_any_rate_has_its_place_inside(self, make_report, wer):
        picture = ET.fromstring(plot.svg(make_report(model_run("m", {"en": wer}, 0.1))))  # noqa: S314
        [circle] = picture.iter(f"{SVG}circle")
        assert 0 < float(circle.get("cx")) < 760
        assert 0 < float(circle.get("cy")) < 460

    def test_a_report_in_which_all_failed_is_an_empty_picture(self, make_report):
        picture = ET.fromstring(plot.svg(make_report(model_run("m", {"en": 100}, 0.0))))  # noqa: S314
        assert not list(picture.iter(f"{SVG}circle"))
