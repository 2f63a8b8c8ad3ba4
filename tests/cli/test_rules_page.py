"""The page of rules says what the file of rules says, and its examples hold."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

from click.testing import CliRunner

from casemine.cli import main
from casemine.conform.rules import read_rules, shipped_rules

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules.md"


def test_the_page_of_rules_is_up_to_date():
    spec = importlib.util.spec_from_file_location("rule_pages", ROOT / "docs" / "write_rules.py")
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    text = PAGE.read_text(encoding="utf-8")

    assert pages.page(text) == text, "python docs/write_rules.py brings docs/rules.md up to date"


def test_every_rule_has_its_section():
    sections = re.findall(r"^## (R\d\d)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sections == [rule.id for rule in shipped_rules("yasm").rules]


def test_the_files_that_the_page_shows_can_be_read(tmp_path):
    blocks = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

    for number, block in enumerate(blocks):
        file = tmp_path / f"{number}.toml"
        file.write_text(block if "extends" in block else f'extends = "yasm"\n{block}', "utf-8")
        rules = read_rules(file)
        assert set(tomllib.loads(block).get("rule", {})) <= {
            *(rule.id for rule in rules.rules),
            *rules.off,
        }
    assert len(blocks) == 2


def test_the_rules_of_the_sample_can_be_read():
    rules = read_rules(ROOT / "sample_logs" / "incidents.rules.toml")

    assert rules.off == ("R22",)
    assert rules.calendars["desk"].zone == "Europe/Vienna"


def test_explain_shows_a_rule_by_its_id():
    result = CliRunner().invoke(main, ["explain", "r08"])

    assert result.exit_code == 0
    assert "Records are resolved within the agreed time" in result.stdout
    assert "critical 1h, high 8h, moderate 24h, low 48h" in result.stdout
    asked = CliRunner().invoke(main, ["explain", "R8"])
    assert asked.exit_code == 2
