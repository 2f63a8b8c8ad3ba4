from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casemine.conform.align import align
from casemine.conform.quality import quality, simplicity
from casemine.conform.quality.playing import Play, TooManyMarkingsError
from casemine.conform.quality.precision import prefix_precision, run_precision
from casemine.conform.reachability import FiringRule
from casemine.discover import discover_petri
from casemine.log.traces import group_cases
from casemine.model.petri import Arc, PetriNet, Transition
from casemine.report import modelquality
from casemine.report.document import Facts, Prose


def log_of(*traces):
    """Cases as words, one letter per event: `"AB", "AB", "AC"`."""
    names = tuple(sorted(set("".join(traces))))
    codes = [names.index(letter) for trace in traces for letter in trace]
    bounds = np.cumsum([0, *map(len, traces)])
    return group_cases(np.array(codes, np.int32), bounds, names).variants


def net_of(*steps, initial="i", final="o"):
    """`label in > out`, places by letter; `-` is a silent step."""
    transitions, arcs, places = [], [], {initial: None, final: None}
    for number, step in enumerate(steps):
        label, ways = step.split(" ", 1)
        key = f"t{number}"
        transitions.append(Transition(key, None if label == "-" else label))
        into, out = (side.split() for side in ways.split(">"))
        places.update(dict.fromkeys([*into, *out]))
        arcs += [Arc(place, key) for place in into] + [Arc(key, place) for place in out]
    return PetriNet(tuple(places), tuple(transitions), tuple(arcs), {initial: 1}, {final: 1})


FLOWER = net_of("- i > m", "A m > m", "B m > m", "C m > m", "- m > o")
SEQUENCE = net_of("A i > p", "B p > q", "C q > o")


def test_a_flower_allows_everything_and_says_little():
    found = quality(FLOWER, log_of("ABC", "ABC", "ACB"))

    assert (found.fitness_traces, found.fitness_log) == (1.0, 1.0)
    # 4 states per case with 3 steps allowed each; taken: A; B, C; then C or B; nothing.
    # Allowed 36, escaping 3*2 + 3*1 + 3*2 + 3*3.
    assert found.precision == pytest.approx(1 - 24 / 36)


def test_the_ends_of_runs_count_only_over_aligned_runs():
    found = quality(FLOWER, log_of("ABC", "ABC", "ACB"))

    assert found.precision_prefixes == pytest.approx(1 - 15 / 27)
    assert found.replayable == 1.0


def test_a_model_of_one_trace_is_precise():
    found = quality(SEQUENCE, log_of("ABC", "ABC"))

    assert (found.precision, found.precision_prefixes, found.simplicity) == (1.0, 1.0, 1.0)
    assert (found.places, found.transitions, found.silent, found.arcs) == (4, 3, 0, 6)
    assert found.generalisation == pytest.approx(1 - 1 / 2**0.5)


def test_a_log_that_does_not_fit_has_the_precision_of_its_aligned_runs():
    found = quality(SEQUENCE, log_of("ABC", "AC"))

    assert found.precision == 1.0
    assert (found.cost, found.fitting_cases) == (1, 1)
    assert found.fitness_traces == pytest.approx((1 + 4 / 5) / 2)
    assert found.fitness_log == pytest.approx(1 - 1 / 11)
    assert found.replayable == pytest.approx(3 / 3)


def test_beginnings_that_do_not_replay_are_left_out_and_counted():
    precision, replayable = prefix_precision(SEQUENCE, {("A", "B", "C"): 1, ("B", "C"): 3})

    assert precision == pytest.approx(1.0)
    assert replayable == pytest.approx((1 + 1 + 1 + 3) / (3 + 3 + 3))


def test_of_two_ways_the_one_with_fewer_silent_steps_is_taken():
    # After A one silent step opens B; C is open at once, from another place.
    net = net_of("A i > p", "A i > q", "- i > r", "A r > s", "B s > o", "C p > o", "C q > o")

    found, _ = prefix_precision(net, {("A", "C"): 1})

    assert found == 1.0
    assert run_precision(net, {("A", "C"): 1}) == pytest.approx(1 - 1 / 3)


def test_steps_that_never_fire_do_not_generalise():
    choice = net_of("A i > p", "B p > o", "C p > o")

    found = quality(choice, log_of(*["AB"] * 4))

    assert found.generalisation == pytest.approx(1 - (0.5 + 0.5 + 1) / 3)
    # Before A, 1 of 1 step is taken; before B, 1 of 2; at the end none is allowed.
    assert found.precision == pytest.approx(1 - 1 / 3)


def test_silent_steps_generalise_as_visible_ones_do():
    found = quality(net_of("A i > p", "- p > o"), log_of(*["A"] * 9))

    assert found.generalisation == pytest.approx(2 / 3)


def test_arcs_beyond_those_of_a_sequence_cost_simplicity():
    assert simplicity(SEQUENCE) == 1.0
    assert simplicity(FLOWER) == 1 / (1 + 20 / 8 - 2)
    assert simplicity(PetriNet((), (), (), {})) == 1.0


def test_an_empty_log_has_nothing_to_measure():
    found = quality(SEQUENCE, log_of())

    assert found.cases == found.aligned_cases == 0
    assert found.fitness_traces is found.fitness_log is found.precision is None
    assert found.generalisation is None


def test_a_net_that_grows_without_limit_is_played_as_far_as_needed():
    growing = net_of("A i > i p", "B i > o", "C p > c")

    # Allowed after nothing A B, after A and after A A: A B C.
    assert run_precision(growing, {("A", "A"): 1}) == pytest.approx(1 - 6 / 8)


def test_too_many_markings_are_said_and_nothing_else_is_lost():
    found = quality(FLOWER, log_of("ABC"), limit=1)

    assert found.precision is found.precision_prefixes is None
    assert found.fitness_log == 1.0
    said = "would need more than 1 markings of the net and was not measured"
    assert found.notes == (f"precision {said}", f"precision over beginnings of traces {said}")
    with pytest.raises(TooManyMarkingsError):
        Play(FiringRule.of(FLOWER), limit=1).closure([0])


def test_what_was_not_measured_shows_a_dash_and_a_reason():
    blocks = modelquality.blocks(quality(FLOWER, log_of("ABC"), limit=1))

    assert isinstance(blocks[0], Facts)
    shown = dict(blocks[0].pairs)
    assert shown["precision"].startswith("– ")
    assert shown["fitness"] == "1.000 mean of cases"
    assert isinstance(blocks[1], Prose)
    assert modelquality.data(quality(SEQUENCE, log_of("ABC")))["notes"] == []


logs = st.lists(st.text("ABCD", min_size=1, max_size=6), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(logs, st.sampled_from([0.0, 0.3]))
def test_measures_are_shares_and_all_fit_only_at_cost_nothing(traces, noise):
    variants = log_of(*traces)
    net = discover_petri(variants, noise=noise)

    found = quality(net, variants)

    shares = (
        found.fitness_traces,
        found.fitness_log,
        found.precision,
        found.precision_prefixes,
        found.replayable,
        found.generalisation,
        found.simplicity,
    )
    assert all(0 <= share <= 1 for share in shares)
    assert (found.cost == 0) == (found.fitness_log == 1) == (found.fitting_cases == found.cases)
    assert noise > 0 or found.cost == 0


@settings(max_examples=20, deadline=None)
@given(logs)
def test_renaming_activities_changes_no_measure(traces):
    other = [trace.translate(str.maketrans("ABCD", "DCBA")) for trace in traces]
    runs, renamed = Counter(map(tuple, traces)), Counter(map(tuple, other))
    flower = net_of("- i > m", *(f"{x} m > m" for x in "ABCD"), "- m > o")

    assert run_precision(flower, runs) == pytest.approx(run_precision(flower, renamed))
    assert prefix_precision(flower, runs) == pytest.approx(prefix_precision(flower, renamed))


@settings(max_examples=20, deadline=None)
@given(logs)
def test_a_log_twice_over_has_the_same_precision_and_generalises_better(traces):
    net = discover_petri(log_of(*traces))

    once, twice = quality(net, log_of(*traces)), quality(net, log_of(*traces, *traces))

    assert once.precision == pytest.approx(twice.precision)
    assert once.fitness_traces == twice.fitness_traces
    assert twice.generalisation >= once.generalisation


@settings(max_examples=25, deadline=None)
@given(logs)
def test_precision_over_runs_is_what_counting_by_hand_gives(traces):
    """A flower allows everything everywhere, so only the traces have to be counted."""
    flower = net_of("- i > m", *(f"{x} m > m" for x in "ABCD"), "- m > o")
    allowed = taken = 0
    for trace in traces:
        for end in range(len(trace) + 1):
            following = {t[end] for t in traces if t[:end] == trace[:end] and len(t) > end}
            allowed += 4
            taken += len(following)

    assert run_precision(flower, Counter(map(tuple, traces))) == pytest.approx(taken / allowed)


def fired_by_hand(net, tokens):
    """Every enabled transition with the marking after it, from the arcs alone."""
    for one in net.transitions:
        left = dict(tokens)
        for arc in net.arcs:
            if arc.target == one.id:
                left[arc.source] = left.get(arc.source, 0) - arc.weight
        if min(left.values(), default=0) >= 0:
            for arc in net.arcs:
                if arc.source == one.id:
                    left[arc.target] = left.get(arc.target, 0) + arc.weight
            yield one.label, {place: count for place, count in left.items() if count}


def next_by_hand(net, prefix):
    """Visible steps that some run beginning with the prefix does next, by trying all runs."""
    seen, found = set(), set()
    waiting = [(dict(net.initial), 0)]
    while waiting:
        tokens, done = waiting.pop()
        key = (frozenset(tokens.items()), done)
        if key in seen:
            continue
        seen.add(key)
        for label, after in fired_by_hand(net, tokens):
            if label is None:
                waiting.append((after, done))
            elif done == len(prefix):
                found.add(label)
            elif prefix[done] == label:
                waiting.append((after, done + 1))
    return found


@settings(max_examples=25, deadline=None)
@given(logs, st.sampled_from([0.0, 0.3]))
def test_precision_of_discovered_nets_is_what_trying_all_runs_gives(traces, noise):
    variants = log_of(*traces)
    net = discover_petri(variants, noise=noise)
    labels = [one.label for one in net.transitions]
    aligned = align(net, variants)
    runs = [
        tuple(labels[m.transition] for m in aligned.moves(i) if m.transition >= 0)
        for i, count in enumerate(variants.counts)
        for _ in range(count)
    ]
    runs = [tuple(label for label in run if label is not None) for run in runs]
    allowed = taken = 0
    for run in runs:
        for end in range(len(run) + 1):
            allowed += len(next_by_hand(net, run[:end]))
            taken += len({r[end] for r in runs if r[:end] == run[:end] and len(r) > end})

    expected = taken / allowed if allowed else 1.0
    assert quality(net, variants).precision == pytest.approx(expected)
