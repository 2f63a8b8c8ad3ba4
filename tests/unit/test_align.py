"""Alignments of single traces, as a reader would expect them; and what is refused."""

import numpy as np
import pytest

from casemine.conform import align as package
from casemine.conform import reachability
from casemine.conform.align import (
    Budget,
    align,
    compiled,
    components,
    kernel,
    mixing,
    portable,
    search,
)
from casemine.conform.align.components import components_of
from casemine.conform.align.problem import pose
from casemine.conform.align.reduction import reduce_net
from casemine.conform.reachability import FiringRule
from casemine.errors import InputError, MissingToolError
from casemine.model.petri import Arc, PetriNet, Transition
from small_nets import (
    COLUMNS,
    KERNEL,
    least_cost,
    net_of,
    replay,
    solutions,
    variants_of_traces,
)

LINE = "A: i > p; B: p > q; C: q > o"
DESK = (
    "Open: i > p; Work: p > p; Ask: p > w; Answer: w > p; Solve: p > s; Reopen: s > p; Close: s > o"
)
BRANCHES = "A: i > a1 b1; B: a1 > a2; C: b1 > b2; -: b1 > b2; D: a2 b2 > o"


def moves(net, trace, **options):
    """`A` in its place, `+A` an event without a step, `-A` a step without an event, `.` silent."""
    prefix = options.pop("prefix", False)
    found = align(net, variants_of_traces([trace]), prefixes=np.array([prefix]), **options)
    shown = []
    for move in found.moves(0):
        label = net.transitions[move.transition].label if move.transition >= 0 else None
        if move.synchronous:
            shown.append(label)
        elif move.transition < 0:
            shown.append("+" + trace[move.position])
        else:
            shown.append("." if label is None else "-" + label)
    return " ".join(shown)


@pytest.fixture(params=["auto", "numpy", "search"])
def engine(request):
    return request.param


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ("ABC", "A B C"),
        ("AC", "A -B C"),
        ("AXBC", "A +X B C"),
        ("AABC", "A +A B C"),
        ("AB", "A B -C"),
        ("", "-A -B -C"),
        ("XYZ", "+X +Y +Z -A -B -C"),
        ("CBA", "-A -B C +B +A"),
        ("ABCA", "A B C +A"),
        ("ACB", "A -B C +B"),
    ],
)
def test_a_line(trace, expected, engine):
    assert moves(net_of(LINE), trace, engine=engine) == expected


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ("Open Solve Close", "Open Solve Close"),
        ("Open Close", "Open -Solve Close"),
        ("Open Solve Solve Close", "Open Solve -Reopen Solve Close"),
        ("Open Ask Work Solve Close", "Open Ask -Answer Work Solve Close"),
        ("Open Solve Work Close", "Open Solve +Work Close"),
        ("Open Work", "Open Work -Solve -Close"),
    ],
)
def test_a_desk(trace, expected, engine):
    found = moves(net_of(DESK), tuple(trace.split()), engine=engine)

    assert found.count("+") + found.count("-") == least_cost(net_of(DESK), tuple(trace.split()))
    assert found == expected


@pytest.mark.parametrize(
    ("trace", "expected"),
    [("ABCD", "A B C D"), ("ACBD", "A C B D"), ("ABD", "A B . D"), ("AD", "A -B . D")],
)
def test_silent_steps_are_spelled_out_and_cost_nothing(trace, expected, engine):
    net = net_of(BRANCHES)
    found = align(net, variants_of_traces([trace]), engine=engine)

    assert moves(net, trace, engine=engine) == expected
    assert replay(net, [trace], found) == found.costs.tolist() == [expected.count("-")]


def test_a_beginning_lacks_nothing_and_ends_with_its_last_event(engine):
    net = net_of("A: i > p; -: p > q; -: q > r; B: r > o")

    assert moves(net, "A", prefix=True, engine=engine) == "A"
    assert moves(net, "A", engine=engine) == "A . . -B"
    assert moves(net, "B", prefix=True, engine=engine) == "-A . . B"
    assert moves(net, "", prefix=True, engine=engine) == ""


def test_a_beginning_ends_where_the_rest_is_still_possible(engine):
    net = net_of("A: i > p; B: i > trap; C: p > o; D: trap > trap")

    assert moves(net, "B", prefix=True, engine=engine) == "+B"
    assert moves(net, "BD", engine=engine) == "+B +D -A -C"


def test_nothing_to_align():
    found = align(net_of(LINE), variants_of_traces([]))

    assert len(found) == len(found.positions) == 0
    assert found.offsets.tolist() == [0]
    assert found.shortest_run == 3


def test_the_first_of_two_equal_events_is_in_its_place(engine):
    assert moves(net_of("A: i > p; A: p > q; B: q > o"), "AAAB", engine=engine) == "A A +A B"


def test_of_transitions_with_one_label_the_first_is_taken(engine):
    net = net_of("A: i > p; A: i > q; B: p > o; B: q > o")

    assert [m.transition for m in align(net, variants_of_traces(["AB"])).moves(0)] == [0, 2]
    assert moves(net, "AB", engine=engine) == "A B"


def test_weights_and_several_tokens(engine):
    net = net_of("A: i > p p p; B: p p > q; C: p q > o")

    assert moves(net, "ABC", engine=engine) == "A B C"
    assert moves(net, "AC", engine=engine) == "A -B C"
    assert moves(net, "ABBC", engine=engine) == "A B +B C"


def test_tokens_that_are_left_over_are_no_end(engine):
    net = net_of("A: i > o; A: i > o p; B: p >")

    found = align(net, variants_of_traces(["A"]), engine=engine)

    assert found.costs.tolist() == [0]
    assert found.moves(0)[0].transition == 0


def test_a_silent_loop_and_an_empty_run(engine):
    net = net_of("-: i > p; -: p > i; A: i > o; -: i > o")

    assert moves(net, "", engine=engine) == "."
    assert moves(net, "AA", engine=engine) == "A +A"


@pytest.mark.parametrize(
    ("text", "trace", "cost"),
    [
        ("A: i > o; -: o > p; B: p > o", "A", 0),  # the end is left and reached again
        ("A: i > o; -: o > p; B: p > o", "AB", 0),
        ("-: q > i; A: i > o; B: i > q", "BA", 0),  # so is the begin
        ("A: i > p q; B: p > p2; B: q > q2; C: p2 q2 > o", "ABBC", 0),  # B on both branches
        ("A: i > p q; B: p > p2; B: q > q2; C: p2 q2 > o", "ABBBC", 1),
        ("A: i > p q; B: p > p2; D: q > q2; C: p2 q2 > o", "ADDBC", 1),
        ("A: i > p q; B: p > p2; D: q > q2; C: p2 q2 > o", "DBA", 3),
    ],
)
def test_every_engine_finds_the_least_cost(text, trace, cost):
    for engine, found in solutions(net_of(text), [trace]).items():
        assert found.costs.tolist() == [cost] == [least_cost(net_of(text), trace)], engine
        assert replay(net_of(text), [trace], found) == [cost], engine


def test_components_of_parallel_branches():
    net = net_of("A: i > p q; B: p > p2; D: q > q2; C: p2 q2 > o")
    rule = FiringRule.of(net)
    found = components_of(rule)

    assert [{net.places[place] for place in one.places} for one in found] == [
        {"i", "o", "p", "p2"},
        {"i", "o", "q", "q2"},
    ]
    assert [{rule.names[label] for label in one.labels} for one in found] == [{*"ABC"}, {"D"}]
    assert found[0].bounds([1, 1], part=False)[0].max() == 3


@pytest.mark.parametrize("limit", ["LARGEST", "TRIES", "ALL_TRIES"])
def test_components_that_take_too_long_to_find_are_done_without(monkeypatch, limit):
    net, traces = net_of(LINE), ["ABC", "CBA", "AXC", ""]
    assert components_of(FiringRule.of(net))

    monkeypatch.setattr(components, limit, 2)

    assert components_of(FiringRule.of(net)) == ()
    for found in solutions(net, traces).values():
        assert found.costs.tolist() == [0, 4, 2, 3]


def test_a_line_of_five_hundred_steps_is_one_component():
    net = net_of("; ".join(f"L{i}: p{i} > p{i + 1}" for i in range(500)), "p0", "p500")

    (found,) = components_of(FiringRule.of(net))

    order = [net.places.index(f"p{i}") for i in range(501)]
    assert found.places == tuple(sorted(order))
    expected = np.arange(501)[None, :] - np.arange(501)[:, None]
    distance = found.distance[np.ix_(order, order)]
    assert (distance == np.where(expected < 0, components.FAR, expected)).all()


def test_a_label_outside_of_a_component_is_not_charged_there():
    rule = FiringRule.of(net_of("A: i > p q; B: p > p2; B: q > q2; C: p2 q2 > o"))

    assert [{rule.names[label] for label in one.labels} for one in components_of(rule)] == [{*"AC"}]


def test_silent_transitions_are_fused_where_that_makes_the_net_smaller():
    net = net_of("A: i > p; -: p > q; -: q > r; B: r > o; -: r > o; -: r > r")

    reduced = reduce_net(FiringRule.of(net))

    assert reduced.sequences == ((0, 1, 2), (3,), (4,))
    assert len(reduced.rule.initial) == 3


def test_a_net_without_end_is_searched():
    net = net_of("A: i > i p; B: p >; -: i > o")

    found = align(net, variants_of_traces(["AAB", "AABB", "BB"]))

    assert found.engine == "search"
    assert found.costs.tolist() == [1, 0, 2]
    assert replay(net, ["AAB", "AABB", "BB"], found) == [1, 0, 2]


def test_a_net_that_is_too_large_is_searched():
    branches = "; ".join(f"X{k}{s}: {k}{s} > {k}{s + 1}" for k in "abcde" for s in range(5))
    net = net_of(
        f"S: i > {' '.join(k + '0' for k in 'abcde')}; {branches};"
        f" E: {' '.join(k + '5' for k in 'abcde')} > o"
    )
    trace = ("S", *(f"X{k}{s}" for s in range(5) for k in "abcde" if (k, s) != ("c", 2)), "E")

    found = align(net, variants_of_traces([trace]))

    assert found.engine == "search"
    assert found.costs.tolist() == [1]
    assert replay(net, [trace], found) == [1]


@pytest.mark.parametrize("small", [Budget(markings=2), Budget(blocks=2), Budget(steps=0)])
def test_budgets_of_the_preparation_hand_over_to_the_search(small):
    net = net_of(BRANCHES)

    for engine in ("auto", "numpy"):
        found = align(net, variants_of_traces(["AXD"]), budget=small, engine=engine)
        assert found.engine == "search"
        assert found.costs.tolist() == [2]


def test_what_is_hard_for_the_search_is_prepared_after_all(monkeypatch):
    monkeypatch.setattr(mixing, "SMALL_BLOCKS", 2)
    monkeypatch.setattr(mixing, "QUICK_STATES", 8)
    monkeypatch.setattr(mixing, "FEW_EVENTS", 0)
    traces = ["ABCD", "DCBADCBA", "XAD", "", "ACBD", "CCCBBBAAA", "D"]
    prefixes = np.array([0, 1, 0, 0, 1, 0, 1], bool)
    net, log = net_of(BRANCHES), variants_of_traces(traces)
    expected = solutions(net, traces, prefixes)["numpy"]

    for engine, last in (("auto", "compiled" if KERNEL and kernel() else "numpy"), ("numpy",) * 2):
        found = align(net, log, prefixes=prefixes, engine=engine)
        assert found.engine == last
        for column in COLUMNS:
            assert np.array_equal(getattr(found, column), getattr(expected, column)), column


def test_a_variant_over_its_budget_has_bounds_and_no_moves():
    net = net_of(LINE)
    log = variants_of_traces(["ABC", "CBACBA", "BCBCBC"])

    found = align(net, log, engine="search", budget=Budget(states=5), prefixes=np.array([0, 0, 1]))

    assert found.costs.tolist() == [0, -1, -1]
    assert found.aligned.tolist() == [True, False, False]
    assert found.moves(1) == []
    exact = align(net, log, prefixes=np.array([0, 0, 1], bool))
    assert (found.lower <= exact.costs).all()
    assert (exact.costs <= found.upper).all()
    assert found.upper.tolist() == [0, 9, 6]


def test_the_budget_of_all_variants_together():
    found = align(
        net_of(LINE), variants_of_traces(["ABC"] * 5), engine="search", budget=Budget(total=10)
    )

    assert found.costs.tolist() == [0, 0, -1, -1, -1]


@pytest.mark.parametrize(
    "options", [{"budget": Budget(states=5, total=14)}, {"budget": Budget(states=5)}]
)
def test_searches_give_up_at_the_same_place(options):
    traces = ["ABC", "CBA", "", "XAXB", "AABBCC", "CCC"]
    problem = pose(net_of(LINE), variants_of_traces(traces), np.arange(6) % 2 == 1)
    one = search.search_portable(problem, options["budget"])
    if KERNEL is None:
        pytest.skip("no compiled kernel")
    other = compiled.search_compiled(KERNEL, problem, options["budget"])

    assert (one.costs < 0).any()
    for column in COLUMNS:
        assert np.array_equal(getattr(one, column), getattr(other, column)), column


def test_a_trace_that_is_longer_than_its_budget_is_not_even_begun():
    problem = pose(net_of(LINE), variants_of_traces(["AXABC", "ABCA"]), None)
    budget = Budget(states=4, total=10)
    answers = [search.search_portable(problem, budget)]
    if KERNEL is not None:
        answers.append(compiled.search_compiled(KERNEL, problem, budget))

    for found in answers:  # what the net doesn't know is a deviation in any case
        assert found.costs.tolist() == [-1, -1]
        assert found.lower.tolist() == [1, 0]


def test_a_trace_whose_bounds_need_too_much_memory_is_not_searched(monkeypatch):
    monkeypatch.setattr(search, "BOUNDS", 16)  # four places: up to three events

    found = search.search_portable(
        pose(net_of(LINE), variants_of_traces(["ABC", "ABCA"]), None), Budget()
    )

    assert found.costs.tolist() == [0, -1]


def test_markings_are_the_same_however_many_are_made_at_once(monkeypatch):
    rule = FiringRule.of(net_of(BRANCHES))
    expected = reachability.explore(rule)

    monkeypatch.setattr(reachability, "AT_ONCE", 1)

    found = reachability.explore(rule)
    for column in ("markings", "sources", "transitions", "targets"):
        assert np.array_equal(getattr(found, column), getattr(expected, column)), column


@pytest.mark.parametrize("kind", ["auto", "numpy", "search"])
def test_an_end_that_no_run_reaches_is_refused(kind):
    with pytest.raises(InputError, match="can't be reached") as refused:
        align(net_of("A: i > p; B: q > o"), variants_of_traces(["A"]), engine=kind)

    assert refused.value.code == "no-run"


@pytest.mark.parametrize("states", [100, 1000])
def test_an_end_that_is_not_found_is_refused(states, engine):
    """With 1,000 states all 256 markings are seen; but a place was full, which proves nothing."""
    with pytest.raises(InputError, match=f"was found in {states:,} states"):
        align(
            net_of("A: i > i p; B: q > o"),
            variants_of_traces(["A"]),
            budget=Budget(run_states=states),
            engine=engine,
        )


def test_a_net_without_a_final_marking_is_refused():
    with pytest.raises(InputError, match="no final marking"):
        align(net_of(LINE, final=None), variants_of_traces(["A"]))


def test_arcs_and_markings_that_lead_nowhere_are_refused():
    steps = (Transition("t", "A"),)

    with pytest.raises(InputError, match="doesn't join"):
        align(PetriNet(("p",), steps, (Arc("p", "q"),), {"p": 1}, {"p": 1}), variants_of_traces([]))
    with pytest.raises(InputError, match="no place of the net"):
        align(PetriNet(("p",), steps, (), {"q": 1}, {"p": 1}), variants_of_traces([]))
    with pytest.raises(InputError, match="300 tokens"):
        align(PetriNet(("p",), steps, (), {"p": 300}, {"p": 1}), variants_of_traces([]))
    with pytest.raises(InputError, match="weight"):
        arcs = (Arc("p", "t", 0), Arc("t", "p"))
        align(PetriNet(("p",), steps, arcs, {"p": 1}, {"p": 1}), variants_of_traces([]))


def test_weights_beyond_what_a_place_holds_never_fire():
    arcs = (Arc("i", "t", 2**40), Arc("i", "u"), Arc("u", "o"), Arc("t", "o"))
    net = PetriNet(
        ("i", "o"), (Transition("t", "A"), Transition("u", "B")), arcs, {"i": 1}, {"o": 1}
    )

    assert align(net, variants_of_traces(["A"])).costs.tolist() == [2]


def test_the_compiled_kernel_can_be_asked_for(monkeypatch):
    monkeypatch.setattr(package, "kernel", lambda: None)

    with pytest.raises(MissingToolError, match="not installed"):
        align(net_of(LINE), variants_of_traces(["A"]), engine="compiled")
    assert align(net_of(LINE), variants_of_traces(["A"])).engine == "numpy"


@pytest.mark.skipif(KERNEL is None, reason="no compiled kernel")
def test_the_kernel_refuses_arrays_that_do_not_fit():
    problem = pose(net_of(LINE), variants_of_traces(["AB"]), None)
    common, guide = list(compiled._arguments(problem)), list(compiled._guide(problem))
    assert KERNEL.align(*common, 100, 100, 100, 100)[0] == 3
    assert KERNEL.search(*common, 100, 100, 100, *guide)[0] == 3
    for index, bad in [
        (0, 1),  # labels beyond the number of labels
        (1, common[1][:1]),
        (1, common[1] - 1),
        (2, common[2] + (1 << 21)),
        (3, common[3][:-1]),
        (5, common[5] + 5),
        (6, common[6][::-1].copy()),
        (7, common[7] + 9),
        (8, common[8] + 5),
        (10, common[10] + 7),
        (11, common[11] + 1),
        (11, common[11][:-1]),
        (12, np.zeros(5, np.uint8)),
    ]:
        wrong = [*common[:index], bad, *common[index + 1 :]]
        with pytest.raises(ValueError, match="do not fit"):
            KERNEL.align(*wrong, 100, 100, 100, 100)
        with pytest.raises(ValueError, match="do not fit"):
            KERNEL.search(*wrong, 100, 100, 100, *guide)
    for index, column in enumerate(guide):
        for bad in (column + 99, column[:-1], -column - 1):
            wrong = [*guide[:index], bad, *guide[index + 1 :]]
            with pytest.raises(ValueError, match="do not fit"):
                KERNEL.search(*common, 100, 100, 100, *wrong)
    with pytest.raises(TypeError):
        KERNEL.align()


@pytest.mark.parametrize("kept", [0, 50, 1000])
def test_long_traces_are_made_in_parts_and_forgotten_rows_again(monkeypatch, kept):
    monkeypatch.setattr(portable, "EVENTS", 40)
    net = net_of(DESK)
    generator = np.random.default_rng(7)
    words = ("Open", "Work", "Ask", "Answer", "Solve", "Reopen", "Close", "Else")
    lengths = (300, 1, 0, 40, 41, 7, 2, 90, 300)
    traces = [tuple(generator.choice(words, n).tolist()) for n in lengths]
    prefixes = [False] * 8 + [True]

    found = solutions(net, traces, prefixes, Budget(kept=kept))

    expected = [least_cost(net, t, prefix=p) for t, p in zip(traces, prefixes, strict=True)]
    assert replay(net, traces, found["numpy"], prefixes) == expected
    for engine, other in found.items():
        assert other.costs.tolist() == expected, engine
        assert other.transitions.tolist() == found["numpy"].transitions.tolist(), engine


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_rows_of_one_long_trace_are_bounded(engine):
    """A counter that must end at zero: every further step up is a row of its own."""
    steps = [f"U: p{i} > p{i + 1}; D: p{i + 1} > p{i}" for i in range(100)]
    net = net_of("; ".join(steps), "p0", "p0")
    trace = ("U", "D") * 1000 + ("U",) * 100 + ("D", "U") * 1000 + ("D",) * 100
    problem = pose(net, variants_of_traces([trace, trace[1:]]), None)
    kept, sizes = Budget(kept=2000), []
    if engine == "compiled":
        if KERNEL is None:
            pytest.skip("no compiled kernel")
        found = compiled.align_compiled(KERNEL, problem, kept)
    else:

        class Watched(portable.Rows):
            def prepare(self, rows, labels):
                super().prepare(rows, labels)
                sizes.append(self.count)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(portable, "Rows", Watched)
            found = portable.align_portable(problem, kept)
        assert max(sizes) <= 2 * 2000 // 101 + 2
    assert found.costs.tolist() == [0, 1]
    assert replay(net, [trace, trace[1:]], found) == [0, 1]
