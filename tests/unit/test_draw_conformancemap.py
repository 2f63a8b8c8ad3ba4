import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from casemine.draw import draw_conformance_map, draw_designed_flow
from casemine.draw.mapvalues import name_id
from casemine.draw.theme import DARK, LIGHT, PRINT, contrast
from casemine.errors import UsageError
from casemine.model.conformance import RuleResult
from casemine.model.graph import Activity
from conformance_values import ALLOWED, CONFORMANCE, FLOW, GRAPH, deviation

SVG = "{http://www.w3.org/2000/svg}"


def drawn(graph=GRAPH, conformance=CONFORMANCE, **options):
    options = {"allowed": ALLOWED, "engine": "builtin"} | options
    return ET.fromstring(draw_conformance_map(graph, conformance, FLOW, **options).svg)


def box(root, name):
    return next(g for g in root.iter(f"{SVG}g") if g.get("data-activity") == name)


def path(root, source, target):
    return next(
        g
        for g in root.iter(f"{SVG}g")
        if (g.get("data-from"), g.get("data-to")) == (source, target)
    )


def words(node):
    return ["".join(text.itertext()) for text in node.iter(f"{SVG}text")]


def test_a_path_outside_the_design_is_dashed_crossed_and_explained():
    root = drawn()

    line = path(root, "Resolve", "Close")
    assert line[1].get("stroke") == LIGHT.deviation
    assert line[1].get("stroke-dasharray") == "7 4"
    assert line[0].text.splitlines() == [
        "Resolve → Close: 99 times, 99 cases (6.6 %)",
        "not in the designed flow",
        "CM001: 99 of 1,500 cases (6.6 %) skip Notify user",
    ]
    label = next(g for g in root.iter(f"{SVG}g") if g.get("data-of") == line.get("id"))
    assert label.find(f"{SVG}path") is not None


def test_a_path_of_the_design_is_drawn_as_ever():
    line = path(drawn(), "Log", "Triage")

    assert line[1].get("stroke-dasharray") is None
    assert line[0].text == "Log → Triage: 1,500 times, 1,500 cases (100 %)"


def test_a_path_to_an_unknown_step_names_that_finding():
    line = path(drawn(), "Triage", "Ask a friend")

    assert line[0].text.endswith("CM002: 40 of 1,500 cases (2.7 %) show Ask a friend, no step")


def test_a_step_that_cases_skip_has_a_dashed_outline_and_says_how_often():
    found = box(drawn(), "Notify user")

    assert "skipped 99 (6.6 %)" in words(found)
    assert found.find(f"{SVG}rect").get("stroke-dasharray") == "7 4"
    assert "CM001: 99 of 1,500 cases" in found[0].text


def test_a_step_that_is_not_in_the_design_has_clipped_corners_and_a_plus():
    found = box(drawn(), "Ask a friend")

    assert found.find(f"{SVG}rect") is None
    assert found.find(f"{SVG}path").get("d").count("L") == 7
    assert found.find(f"{SVG}circle") is not None
    assert "not in the design" in words(found)


def test_a_step_out_of_place_keeps_its_box_and_has_a_plus():
    found = box(drawn(), "Triage")

    assert found.find(f"{SVG}rect").get("stroke-dasharray") is None
    assert found.find(f"{SVG}circle") is not None
    assert "out of place 12 (0.8 %)" in words(found)


def test_rare_findings_are_in_the_tooltip_only_and_the_legend_says_so():
    root = drawn()

    assert words(box(root, "Close")) == ["Close", "1,500 · 100 % of cases"]
    assert "CM005: 2 of 1,500 cases (0.1 %) repeat Close" in box(root, "Close")[0].text
    assert "Step that cases skip (from 0.5 % of cases)" in words(root)
    assert "repeated 2 (0.1 %)" in words(box(drawn(least_share=0.0), "Close"))


def test_what_nobody_took_is_shown_on_request_only():
    names = [g.get("data-activity") for g in drawn().iter(f"{SVG}g")]
    root = drawn(show_unused=True)

    assert "Escalate" not in names
    assert words(box(root, "Escalate")) == ["Escalate", "0 cases"]
    assert words(box(root, "Phone")) == ["Phone"]
    assert "Steps of the designed flow that this log cannot show" in words(root)
    assert "no column holds calls" in box(root, "Phone")[0].text
    for pair in (("Triage", "Escalate"), ("Escalate", "Resolve"), ("Notify user", "Triage")):
        assert path(root, *pair)[0].text.endswith("in the designed flow, taken by no case")


def test_a_required_step_that_every_case_skips_is_always_shown():
    graph = replace(
        GRAPH,
        activities=tuple(a for a in GRAPH.activities if a.name != "Notify user"),
        edges=tuple(e for e in GRAPH.edges if "Notify user" not in {e.source, e.target}),
    )
    steps = tuple(
        replace(s, events=0) if s.activity == "Notify user" else s
        for s in CONFORMANCE.observability
    )

    root = drawn(graph, replace(CONFORMANCE, observability=steps))

    assert "skipped 99 (6.6 %)" in words(box(root, "Notify user"))


def test_an_activity_that_a_filter_hides_is_no_unused_step():
    graph = replace(GRAPH, activities=GRAPH.activities[:4], edges=GRAPH.edges[:2])

    root = drawn(graph)

    assert "Notify user" not in {g.get("data-activity") for g in root.iter(f"{SVG}g")}


def test_a_design_too_large_to_know_marks_no_path_and_says_so():
    root = drawn(allowed=None)

    assert path(root, "Resolve", "Close")[1].get("stroke-dasharray") is None
    assert any(
        "the design is too large to tell which paths it allows" in said for said in words(root)
    )


def test_open_cases_may_end_anywhere():
    graph = replace(GRAPH, ends={"Close": 1499, "Triage": 1})

    def end(root):
        return next(
            g
            for g in root.iter(f"{SVG}g")
            if g.get("data-from") == "Triage" and not g.get("data-to")
        )[1]

    assert end(drawn(graph)).get("stroke") == LIGHT.deviation
    still_open = replace(CONFORMANCE, open_cases=3)
    assert end(drawn(graph, still_open)).get("stroke") == LIGHT.quiet


def test_violated_rules_about_a_step_stand_on_it():
    broken = deviation("R08", "rule", "Log", 30, "log too late")
    rule = RuleResult("R08", "Logged in time", "error", 1470, 30, 0, deviation=broken)

    found = box(drawn(conformance=replace(CONFORMANCE, rules=(rule,))), "Log")

    assert "R08 30 (2 %)" in words(found)


def test_a_rule_about_time_has_a_clock():
    broken = deviation("R08", "rule", "Log", 30, "log too late")
    rule = RuleResult("R08", "Logged in time", "error", 1470, 30, 0, deviation=broken)
    timed = replace(rule, parameters={"targets": "high 1h"})

    plain, clock = (drawn(conformance=replace(CONFORMANCE, rules=(one,))) for one in (rule, timed))

    assert box(plain, "Log").find(f"{SVG}circle") is None
    assert box(clock, "Log").find(f"{SVG}circle") is not None
    assert "Time limit missed" in words(clock)


def test_the_line_under_the_title_says_how_many_follow_the_design():
    said = (
        "1,361 of 1,500 cases (90.7 %) follow Incidents · fitness 0.962"
        " · 3 of 9 paths shown not in the design"
    )
    root = drawn()

    assert said in " ".join(words(root))
    assert said in root.find(f"{SVG}desc").text


NASTY = ["<b>x</b>", 'a"b', "]]>", "a > b", "إنشاء", "\x00", "x" * 5000]


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_any_name_of_an_unknown_step_gives_well_formed_svg(name):
    graph = replace(GRAPH, activities=(*GRAPH.activities, Activity(name, 3, 3, 0.5)))

    root = drawn(graph, show_unused=True)

    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert name_id(name) in ids
    assert len(ids) == len(set(ids))


def test_a_scripting_address_is_refused():
    with pytest.raises(UsageError):
        drawn(link_template="javascript:alert({activity})")


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_marks_can_be_read_and_seen(theme):
    assert contrast(theme.deviation_text, theme.background) >= 4.5
    assert contrast(theme.deviation_ink, theme.plain) >= 4.5
    assert contrast(theme.deviation, theme.background) >= 3


def test_the_print_theme_needs_no_colours():
    svg = draw_conformance_map(
        GRAPH, CONFORMANCE, FLOW, allowed=ALLOWED, theme="print", engine="builtin"
    ).svg

    for colour in set(re.findall(r"#([0-9a-f]{6})", svg)):
        assert colour[:2] == colour[2:4] == colour[4:]


def test_the_same_bytes_for_any_hash_seed():
    code = (
        "from conformance_values import *\n"
        "from casemine.draw import draw_conformance_map as d\n"
        "import hashlib\n"
        "svg = d(GRAPH, CONFORMANCE, FLOW, allowed=ALLOWED, engine='builtin').svg\n"
        "print(hashlib.sha256(svg.encode()).hexdigest())\n"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": "tests"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(seen) == 1


def test_a_small_map_with_every_mark_looks_as_it_did(golden):
    picture = draw_conformance_map(
        GRAPH, CONFORMANCE, FLOW, allowed=ALLOWED, show_unused=True, engine="builtin"
    )

    golden("conformance-map.svg", picture.svg)


@pytest.mark.parametrize(("rule", "kind"), [("CM001", "skipped"), ("CM002", "unknown")])
def test_a_finding_about_an_awkward_name_is_told_in_visible_characters(rule, kind):
    name = "Notify user" if kind == "skipped" else "Ask a friend"
    said = "a\x07 b\nc \u202edef \ufffe"
    found = replace(CONFORMANCE, deviations=(deviation(rule, kind, name, 99, said),))

    for draw in (
        lambda: draw_conformance_map(GRAPH, found, FLOW, allowed=ALLOWED, engine="builtin"),
        lambda: draw_designed_flow(FLOW, found),
    ):
        svg = draw().svg
        assert any("a\\x07 b c" in (title.text or "") for title in ET.fromstring(svg).iter())
        assert "\u202e" not in svg
