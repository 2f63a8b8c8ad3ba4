"""The verdict: limits, baselines, chance, tolerance, levels and expiry, each by itself."""

from __future__ import annotations

from datetime import date

import pytest

from casemine.conform.verdict.baseline import accepting, baseline_of, from_text, shrunk, to_text
from casemine.conform.verdict.judge import Thresholds, judge, limit_for
from casemine.errors import InputError, UsageError
from casemine.model.conformance import RuleResult, Step
from casemine.model.verdict import FITTING, fingerprint
from conformances import FOUR_EYES, RULES, conformance, deviation


def failing(*found, baseline=None, today=None, fitting=1142, rules=(), **thresholds):
    verdict = judge(
        conformance(*found, fitting=fitting, rules=rules),
        Thresholds(**thresholds),
        baseline=baseline,
        today=today,
    )
    return [one.finding.element for one in verdict.failing]


def known(*found, fitting=1142, **more):
    return baseline_of(conformance(*found, fitting=fitting, rules=(), **more))


def test_without_limit_and_baseline_every_error_and_warning_fails_and_no_note():
    note = deviation(element="Noted", level="note")

    assert failing(deviation(), deviation("CM005", "Again"), note) == ["Inform users", "Again"]


def test_nothing_found_fails_nothing():
    empty = conformance(deviation(level="note"), fitting=1500, rules=())

    assert not judge(empty).failed


@pytest.mark.parametrize(
    ("limit", "fails"),
    [
        (0.05, True),  # 6.6 %, and the interval begins at 5.45 %
        (0.06, False),  # above, but within chance
        (0.07, False),
    ],
)
def test_a_limit_is_passed_beyond_chance(limit, fails):
    assert bool(failing(deviation(), limits={"CM001": limit})) == fails


def test_strict_takes_a_limit_by_the_letter():
    assert failing(deviation(), limits={"CM001": 0.06}, strict=True) == ["Inform users"]


def test_a_limit_for_an_element_beats_that_of_its_rule():
    limits = {"CM001": 0.01, "CM001:Inform users": 0.1}

    assert failing(deviation(), deviation(element="Other"), limits=limits) == ["Other"]
    assert limit_for(("CM003", "A > B"), {"CM003:A>B": 0.2}) == 0.2


def test_one_limit_can_stand_for_all_that_have_none():
    found = (deviation(), deviation("CM005", "Again", 500))

    assert failing(*found, limits={"*": 1.0}) == []
    assert failing(*found, limits={"*": 0.1}) == ["Again"]
    assert failing(*found, limits={"*": 0.01, "CM005": 0.9}) == ["Inform users"]
    assert failing(deviation(level="note"), limits={"*": 0.01}) == []


def test_a_limit_makes_a_note_fail():
    assert failing(deviation(level="note"), limits={"CM001": 0.01}) == ["Inform users"]


def test_a_limit_for_a_rule_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="did you mean 'CM001'"):
        judge(conformance(), Thresholds(limits={"CM01": 0.1}))


def test_a_limit_for_an_element_that_nothing_is_found_of_is_named():
    verdict = judge(conformance(), Thresholds(limits={"CM001:Infrom users": 0.1}))

    assert verdict.notes == ("nothing was found that the limit 'CM001:Infrom users' is for",)


def test_the_same_again_does_not_fail():
    found = (deviation(), deviation("CM005", "Again", 3), deviation("CM002", "Odd", 1))

    assert failing(*found, baseline=known(*found)) == []


@pytest.mark.parametrize(
    ("before", "now", "state", "fails"),
    [
        (75, 150, "worsened", True),  # five points at 1,500 cases
        (75, 95, "unchanged", False),  # more, but it may be chance
        (150, 75, "improved", False),
        (0, 2, "new", False),  # too rare to tell from chance
        (0, 40, "new", True),
    ],
)
def test_a_share_counts_as_changed_beyond_tolerance_and_chance_alone(before, now, state, fails):
    earlier = [deviation(cases=before)] if before else [deviation(element="Another")]
    verdict = judge(conformance(deviation(cases=now), rules=()), baseline=known(*earlier))

    (one,) = verdict.findings
    assert (one.state, one.fails) == (state, fails)


def test_growth_beyond_chance_but_within_the_tolerance_does_not_fail():
    total = 400_000
    before = known(deviation(cases=20_000, total=total), cases=total)
    now = conformance(deviation(cases=21_600, total=total), cases=total, rules=())

    assert judge(now, baseline=before).failing == ()
    assert len(judge(now, Thresholds(worse_by=0.001), baseline=before).failing) == 1


def test_a_limit_holds_beside_a_baseline():
    found = deviation()

    assert failing(found, baseline=known(found), limits={"CM001": 0.01}) == ["Inform users"]


def test_fail_on_any_takes_no_baseline_for_an_excuse_and_never_fails_never():
    found = deviation()

    assert failing(found, baseline=known(found), fail_on="any") == ["Inform users"]
    assert failing(found, fail_on="never") == []
    assert failing(found, limits={"CM001": 0.01}, fail_on="never") == []


def test_few_cases_are_not_compared_unless_strict():
    before = known(deviation(element="Another", cases=1, total=20), cases=20, fitting=20)
    found = deviation(cases=19, total=20)
    now = conformance(found, cases=20, fitting=1, rules=())

    assert judge(now, baseline=before).failing == ()
    assert len(judge(now, Thresholds(strict=True), baseline=before).failing) == 1


def test_many_findings_make_a_small_chance_no_news():
    before = known(*(deviation(element=f"E{n}", cases=75) for n in range(40)))
    raised = [deviation(element=f"E{n}", cases=75 if n else 115) for n in range(40)]

    alone = judge(
        conformance(raised[0], rules=()), baseline=known(deviation(element="E0", cases=75))
    )
    among_many = judge(conformance(*raised, rules=()), baseline=before)
    assert [one.finding.element for one in alone.failing] == ["E0"]
    assert among_many.failing == ()


def test_findings_too_rare_to_fail_do_not_weaken_the_others():
    rare = [deviation("CM002", f"X{n}", 1) for n in range(500)]
    before = known(deviation(cases=75), *rare)

    assert failing(deviation(cases=115), *rare, baseline=before) == failing(
        deviation(cases=115), baseline=known(deviation(cases=75))
    )


def test_findings_too_small_for_the_tolerance_do_not_weaken_the_others_either():
    total = 10_000
    rare = [deviation("CM002", f"X{n}", 20, total) for n in range(300)]
    before = known(deviation(cases=500, total=total), *rare, cases=total, fitting=8000)
    now = conformance(deviation(cases=610, total=total), *rare, cases=total, fitting=8000, rules=())

    assert [one.finding.element for one in judge(now, baseline=before).failing] == ["Inform users"]


def test_an_improvement_has_to_be_surer_than_a_worsening_as_the_baseline_keeps_it():
    less, more = deviation(cases=75), deviation(cases=118)

    (worse,) = judge(conformance(more, rules=()), baseline=known(less)).findings
    (better,) = judge(conformance(less, rules=()), baseline=known(more)).findings
    assert (worse.state, better.state) == ("worsened", "unchanged")


def test_what_could_not_be_seen_before_is_new_and_does_not_fail():
    hidden = (Step("Inform users", False, (), 0, 0, "no rule gives it"),)
    before = known(deviation(element="Another"), observability=hidden)

    verdict = judge(conformance(deviation(cases=400), rules=()), baseline=before)
    (one,) = verdict.findings
    assert (one.state, one.fails) == ("new", False)
    assert "too little to compare" in one.why or "could not be judged" in one.why


def test_an_entry_that_has_expired_counts_as_new():
    found = conformance(deviation(), rules=())
    before = accepting(
        known(deviation(element="Another")),
        found,
        "CM001",
        "Inform users",
        reason="until the portal is there",
        until=date(2026, 3, 31),
    )

    assert judge(found, baseline=before, today=date(2026, 3, 31)).failing == ()
    (one,) = judge(found, baseline=before, today=date(2026, 4, 1)).failing
    assert (one.state, one.expired) == ("new", True)
    assert "2026-03-31" in one.why


def test_fewer_fitting_cases_fail_as_a_whole_though_no_single_finding_does():
    odd = [deviation("CM002", f"odd {n}", 6) for n in range(60)]
    verdict = judge(
        conformance(*odd, fitting=900, rules=()), baseline=known(deviation(), fitting=1200)
    )

    assert verdict.failing == ()
    assert [one.rule for one in verdict.failing_measures] == [FITTING]


@pytest.mark.parametrize(("least", "fails"), [(0.9, False), (0.97, True)])
def test_fitness_below_its_threshold_fails(least, fails):
    verdict = judge(conformance(rules=()), Thresholds(min_fitness=least, fail_on="new"))

    assert any(one.fails for one in verdict.measures) == fails


def test_a_share_of_fitting_cases_below_its_threshold_fails_beyond_chance():
    for least, strict, fails in [(0.77, False, False), (0.77, True, True), (0.8, False, True)]:
        verdict = judge(conformance(rules=()), Thresholds(min_fitting=least, strict=strict))
        assert bool(verdict.failing_measures) == fails


def test_rules_are_judged_with_the_deviations_and_counted_once():
    verdict = judge(conformance(deviation(), FOUR_EYES, rules=RULES))

    assert [one.finding.rule for one in verdict.findings] == ["CM001", "R08"]


def test_what_is_gone_looks_fixed_unless_it_cannot_be_seen_any_more():
    found = [deviation(), deviation(element="Close record"), FOUR_EYES]
    before = baseline_of(conformance(*found, rules=()))
    blind = conformance(
        deviation(element="Third"),
        observability=(Step("Close record", False, (), 0, 0),),
        rules=(RuleResult("R08", "Who resolves", "error", 0, 0, 1500),),
    )

    verdict = judge(blind, baseline=before)
    assert [one.element for one in verdict.fixed] == ["Inform users"]
    assert {one.rule for one in verdict.not_seen} == {"CM001", "R08"}


def test_a_baseline_comes_back_from_its_file_and_has_the_same_bytes_again():
    before = accepting(
        known(deviation(), deviation("CM002", "Übergabe > Ende")),
        conformance(rules=()),
        "CM001",
        "Inform users",
        reason="known",
        until=date(2027, 1, 1),
    )
    text = to_text(before, tool="casemine 1")

    assert from_text(text, file="b.json") == before
    assert to_text(from_text(text, file="b.json"), tool="casemine 1") == text
    assert [one.rule for one in before.known] == ["CM001", "CM002", "CM102"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        '{"schema": "casemine/baseline/1"}',
        '{"schema": "casemine/baseline/1", "process": "p", "flow": "f", "cases": 1, "findings": 3}',
        (
            '{"schema": "casemine/baseline/1", "process": "p", "flow": "f", "cases": 1,'
            ' "findings": [{"rule": "R", "element": "e", "cases": 3, "total": 2}]}'
        ),
        (
            '{"schema": "casemine/baseline/1", "process": "p", "flow": "f", "cases": 1,'
            ' "findings": [{"rule": "R", "element": "e", "cases": 1, "total": 2, "until": "soon"}]}'
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_an_error_with_its_name(text):
    with pytest.raises(InputError) as caught:
        from_text(text, file="b.json")

    assert str(caught.value).startswith("b.json")


ENTRY = '{"rule": "CM001", "element": "Check", "cases": 1, "total": 2}'


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        (f"{ENTRY}, {ENTRY}", "CM001 at 'Check' stands there twice"),
        (f"{ENTRY}, 7", "finding 2 cannot be used: '7' is no entry"),
        (ENTRY.replace("2", "1e400"), "finding 1 cannot be used"),
        (ENTRY.replace('"cases": 1, ', ""), "finding 1 lacks 'cases'"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(findings, said):
    text = (
        '{"schema": "casemine/baseline/1", "process": "p", "flow": "f", "cases": 1,'
        f' "findings": [{findings}]}}'
    )

    with pytest.raises(InputError, match=said):
        from_text(text, file="b.json")


def test_an_update_lowers_what_is_better_beyond_chance_and_grows_nothing():
    before = known(
        deviation(cases=150),
        deviation(element="Less by chance", cases=75),
        deviation("CM002", "Gone", 9),
    )
    now = conformance(
        deviation(cases=60),
        deviation(element="Less by chance", cases=70),
        deviation(element="New", cases=300),
        rules=(),
    )
    after = shrunk(before, now, judge(now, baseline=before))

    assert {one.element: one.cases.cases for one in after.known} == {
        "Inform users": 60,
        "Less by chance": 75,
        "all cases": 358,
    }


def test_a_step_that_shows_for_the_first_time_makes_no_fewer_cases_fit():
    before = known(
        deviation(element="Another"),
        fitting=1400,
        observability=(Step("Inform users", False, (), 0, 0, "no rule gives it"),),
    )
    seen = (Step("Inform users", True, (), 1100, 1100),)
    now = conformance(deviation(cases=400), fitting=1000, rules=(), observability=seen)

    assert not judge(now, baseline=before).failed
    after = shrunk(before, now, judge(now, baseline=before))
    assert after.entry("CM102", "all cases").cases.cases == 500
    less = conformance(deviation(cases=400), fitting=700, rules=(), observability=seen)
    assert judge(less, baseline=after).failing_measures


def test_an_update_takes_in_what_can_be_judged_for_the_first_time():
    hidden = (Step("Inform users", False, (), 0, 0, "no rule gives it"),)
    before = known(deviation(element="Another"), observability=hidden)
    now = conformance(deviation(), deviation(element="Another"), deviation("CM005", "X"), rules=())

    after = shrunk(before, now, judge(now, baseline=before))
    assert [one.element for one in after.known] == ["Another", "Inform users", "all cases"]
    assert "Inform users" in before.unseen
    assert "Inform users" not in after.unseen
    worse = conformance(deviation(cases=400), deviation(element="Another"), rules=())
    assert [one.finding.element for one in judge(worse, baseline=after).failing] == ["Inform users"]


def test_what_is_accepted_needs_a_reason_and_has_to_be_there():
    now = conformance(rules=())
    with pytest.raises(UsageError, match="needs a reason"):
        accepting(known(), now, "CM001", "Inform users", reason=" ")
    with pytest.raises(UsageError, match="nothing is found"):
        accepting(known(), now, "CM001", "Inform user", reason="typing")


def test_what_is_accepted_does_not_fail_as_fewer_fitting_cases_either():
    before = known(deviation(element="Another"), fitting=1400)
    now = conformance(deviation(cases=300), fitting=1150, rules=())
    assert judge(now, baseline=before).failing_measures

    accepted = accepting(before, now, "CM001", "Inform users", reason="agreed")
    assert not judge(now, baseline=accepted).failed
    less = accepting(
        before, conformance(deviation(cases=30), rules=()), "CM001", "Inform users", reason="x"
    )
    assert less.entry("CM102", "all cases").cases.share == pytest.approx(100 / 1500 + 0.02)


def test_the_share_of_fitting_cases_can_be_accepted_itself():
    now = conformance(fitting=900, rules=())
    accepted = accepting(known(fitting=1400), now, "CM102", "all cases", reason="agreed")

    assert judge(now, baseline=accepted).failing_measures == ()


def test_a_fingerprint_depends_on_rule_element_process_and_file_alone():
    named = {"process": "p", "source": "f"}

    assert len({fingerprint(r, e, **named) for r in "ab" for e in "ab"}) == 4
    assert fingerprint("a", "b", process="p", source="g") != fingerprint("a", "b", **named)
    few = judge(conformance(deviation(cases=5, line=3), rules=())).findings[0]
    many = judge(conformance(deviation(cases=500, line=9), rules=())).findings[0]
    assert few.fingerprint == many.fingerprint
