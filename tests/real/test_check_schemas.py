"""JUnit and SARIF against the official schemas, hand-made checks and one of a public log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from lxml import etree

from casemine.cli import main
from casemine.conform.verdict.baseline import baseline_of
from casemine.conform.verdict.judge import Thresholds, judge
from casemine.report import junit, sarif
from casemine.report.checked import Anchor, Checked
from conformances import conformance, deviation

pytestmark = pytest.mark.real
ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=25)


@pytest.fixture
def junit_schema(real_data):
    return etree.XMLSchema(etree.parse(real_data("schemas/JUnit.xsd")))


@pytest.fixture
def sarif_schema(real_data):
    return Draft7Validator(json.loads(real_data("schemas/sarif-schema-2.1.0.json").read_text()))


def checked(found, before=None, **thresholds):
    verdict = judge(found, Thresholds(**thresholds), baseline=before)
    return Checked(found, verdict, Anchor(found.source), "casemine 0.1.0", "export")


CHECKS = {
    "first": checked(conformance()),
    "nothing": checked(conformance(deviation(level="note"), rules=(), observability=())),
    "compared": checked(conformance(), baseline_of(conformance(deviation(cases=40)))),
    "measured": checked(conformance(fitness=None), min_fitness=0.9, min_fitting=0.99),
}


@pytest.mark.parametrize("name", CHECKS)
def test_hand_made_checks_follow_both_schemas(name, junit_schema, sarif_schema):
    junit_schema.assertValid(etree.fromstring(junit.render(CHECKS[name]).encode()))
    assert list(sarif_schema.iter_errors(json.loads(sarif.render(CHECKS[name])))) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ANY_TEXT, ANY_TEXT)
def test_any_name_follows_both_schemas(junit_schema, sarif_schema, name, source):
    found = conformance(deviation("CM002", name, message=name or "x"), rules=(), notes=(source,))

    one = checked(found)
    junit_schema.assertValid(etree.fromstring(junit.render(one).encode()))
    assert list(sarif_schema.iter_errors(json.loads(sarif.render(one)))) == []


def test_the_schemas_find_what_is_wrong(junit_schema, sarif_schema):
    wrong = junit.render(CHECKS["first"]).replace(' hostname="localhost"', "")
    assert not junit_schema.validate(etree.fromstring(wrong.encode()))
    broken = sarif.render(CHECKS["first"]).replace('"level": "error"', '"level": "fatal"')
    assert list(sarif_schema.iter_errors(json.loads(broken))) != []


def test_a_public_log_follows_both_schemas(
    junit_schema, sarif_schema, real_data, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    log = str(real_data("bpic2013_incidents.xes.gz"))
    named = ["--mapping", "bpic2013", "--junit", "j.xml", "--sarif", "s.sarif"]
    result = CliRunner().invoke(main, ["check", log, "--flow", "yasm", *named])

    assert result.exit_code == 1, result.output
    junit_schema.assertValid(etree.parse(tmp_path / "j.xml"))
    found = json.loads((tmp_path / "s.sarif").read_text())
    assert list(sarif_schema.iter_errors(found)) == []
    assert len(found["runs"][0]["results"]) > 3


def test_the_reviewed_reports_of_the_sample_log_follow_both_schemas(junit_schema, sarif_schema):
    golden = Path(__file__).parents[1] / "golden"

    for name in ("check", "check-sample"):
        junit_schema.assertValid(etree.parse(golden / f"{name}.junit.xml"))
        found = json.loads((golden / f"{name}.sarif").read_text(encoding="utf-8"))
        assert list(sarif_schema.iter_errors(found)) == []
