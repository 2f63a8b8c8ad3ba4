"""The page about presets shows the samples as they are."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "presets.md").read_text(encoding="utf-8")
INHOUSE = ROOT / "sample_logs" / "inhouse"


def test_the_preset_of_the_page_is_the_one_beside_the_sample():
    shown = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL).group(1)

    assert tomllib.loads(shown) == tomllib.loads((INHOUSE / "my.toml").read_text("utf-8"))


def test_the_rows_of_the_page_are_the_first_of_the_sample():
    shown = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL).group(1)

    assert (INHOUSE / "export.csv").read_text("utf-8").startswith(shown)
