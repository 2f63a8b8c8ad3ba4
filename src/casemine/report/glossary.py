"""What the measures and terms mean that casemine shows: definition, formula, source.

Only what exists is explained here; a test holds that the words of the reports are found.
"""

from __future__ import annotations

from difflib import get_close_matches

from casemine.errors import UsageError, show
from casemine.report.checkterms import CHECK_TERMS
from casemine.report.document import Column, Document, Facts, Prose, Table
from casemine.report.flowterms import FLOW_TERMS
from casemine.report.qualityterms import QUALITY_TERMS
from casemine.report.term import BOOK, Term
from casemine.report.waitterms import WAIT_TERMS

_PRACTITIONER = (
    "W.M.P. van der Aalst, \"A practitioner's guide to process mining: Limitations of the "
    'directly-follows graph", Procedia Computer Science 164 (2019), 321-328'
)
_XES = "IEEE Std 1849-2016, eXtensible Event Stream (XES)"
_QUANTILES = (
    'R.J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician '
    "50 (1996), 361-365, type 7"
)

TERMS = (
    Term(
        "case",
        "One thing that goes through the process, such as a ticket: all events with the same case "
        "id. Ids are text, so 007 and 7 are two cases.",
        source=_XES,
        also=("trace id", "ticket"),
    ),
    Term(
        "event",
        "One row that says: this activity happened in this case at this time.",
        source=_XES,
    ),
    Term(
        "activity",
        "The kind of step that an event is of, such as 'Resolve'.",
        source=_XES,
        also=("step",),
    ),
    Term(
        "variant",
        "A sequence of activities, with all the cases that went exactly that way. Events are "
        "ordered by time, and by source row where times are equal.",
        formula="share = cases of the variant / all cases",
        source=BOOK,
        also=("variants", "trace", "path of a case"),
    ),
    Term(
        "directly-follows graph",
        "Activities, and an edge from A to B for every time that B comes next after A in a case. "
        "It shows what follows what, not what must follow: steps that run side by side look like "
        "loops in it.",
        formula="count(A, B) = pairs of neighbours in all cases; cases(A, B) = cases with one",
        source=_PRACTITIONER,
        also=("dfg", "process map", "map", "directly follows"),
    ),
    Term(
        "wait",
        "The time on an edge: from the end of one event to the start of the next in the case, or "
        "to its time where starts are not known. Where the next begins before the first has "
        "ended, the wait counts as 0 and the pair is among the overlaps.",
        formula="wait = max(0, start of target - end of source)",
        source=BOOK,
        also=("waiting time", "time between", "waiting"),
    ),
    Term(
        "service time",
        "How long an event itself took; known only where the log has starts.",
        formula="service = end of the event - its start",
        source=BOOK,
        also=("service", "processing time", "sojourn"),
    ),
    Term(
        "case duration",
        "From the first start (or time) of a case to its last time, by the calendar: nights and "
        "weekends count.",
        formula="duration = last time - first start",
        source=BOOK,
        also=("throughput time", "duration", "lead time", "cycle time", "throughput"),
    ),
    Term(
        "median",
        "The span in the middle when all are sorted: half are shorter. Two equally middle ones are "
        "averaged. A few very long cases do not move it, so it is the default on maps.",
        formula="value at rank (n - 1) / 2, counted from 0, linear between neighbours",
        source=_QUANTILES,
    ),
    Term(
        "p90",
        "Nine of ten spans are shorter than this.",
        formula="value at rank 9 (n - 1) / 10, counted from 0, linear between neighbours",
        source=_QUANTILES,
        also=("percentile", "90 % quantile", "quantile"),
    ),
    Term(
        "mean",
        "Total divided by number; one very long case can move it far.",
        formula="mean = total / n",
        also=("average",),
    ),
    Term(
        "total",
        "All spans on an edge together: where time is lost in sum.",
        formula="total = sum of the spans",
    ),
    Term(
        "coverage",
        "How much of the log a picture shows after rare paths were hidden; it stands under every "
        "map.",
        formula="steps shown / all steps; steps = directly-follows pairs + starts + ends of cases",
    ),
    Term(
        "paths",
        "The arrows of a map, with those from the start and to the end.",
        also=("path", "edge", "edges", "arrow"),
    ),
    Term(
        "ties",
        "Events of one case at the same time as a neighbour. Nothing in the times orders them, so "
        "they keep the order of their rows in the source, and their share is reported.",
        formula="tied events / events",
        also=("tied events", "equal timestamps"),
    ),
    Term(
        "overlap",
        "A step that began before the one before it in the case had ended. Its wait counts as 0.",
        also=("overlaps",),
    ),
    Term(
        "data quality",
        "What casemine inspect found doubtful about the data. A warning says that figures are "
        "wrong or may be, a note how to read them; what a log gives no ground to judge is listed "
        "as not evaluated. With --strict, warnings end with exit code 3.",
        also=("findings", "finding", "strict", "not evaluated"),
    ),
    Term(
        "missing creation",
        "Cases without the event that made them, or that do not begin with what opens at least "
        "80 % of the cases.",
        also=("no creation",),
    ),
    Term(
        "events after end",
        "Events later than the end of their case: after a closing status without a reopening, or "
        "after the activity that ends at least 80 % of the cases.",
        also=("after the end", "after closing"),
    ),
    Term(
        "cut-off cases",
        "Cases that were running when the log begins or are open when it ends. Near the begin or "
        "end of the log means: within the time in which 19 of 20 events follow the one before, a "
        "quarter of the period at most.",
        also=("running at begin", "open at end", "truncated cases", "censored"),
    ),
    Term(
        "duplicate events",
        "Events with case, activity, time and all attributes of another. Those that agree in "
        "case, activity and time alone are repeated events.",
        formula="events in a group of equal ones - 1, summed",
        also=("duplicates", "repeated events"),
    ),
    Term(
        "order conflicts",
        "Neighbours in time whose sequence numbers (or rows, in a source that is sorted by time "
        "otherwise) say the opposite.",
        formula="conflicts / neighbours of one case at different times",
        also=("order conflict", "sequence"),
    ),
    Term(
        "coarse times",
        "All times are whole minutes, hours or days: spans are no more exact than that.",
        also=("granularity", "time unit"),
    ),
    Term(
        "batch times",
        "Instants at which at least 10 cases have an event, and more than 10 times as many as the "
        "hour around gives: a job or an import wrote them.",
        also=("batch", "batch stamped"),
    ),
    Term(
        "midnight times",
        "Events at exactly one full or half hour of UTC, more than 10 times as many as usual: "
        "dates without a time, or a nightly job.",
        also=("midnight",),
    ),
    Term(
        "renames",
        "Names that stopped for good when others started, as often and in the same places.",
        also=("rename", "mass rename"),
    ),
    Term(
        "clock change",
        "The nights in which summer time begins and ends. Local times that were taken as UTC lack "
        "an hour in spring and have one twice in autumn; hours of day show which they are.",
        also=("clock change hours", "clock change rhythm", "summer time", "dst"),
    ),
    Term(
        "quarantine",
        "Rows that could not be used, each with file, row, column, value and reason. By default "
        "casemine stops at the first and says how many there are; --on-error skip goes on without "
        "them, counts them, and --quarantine FILE lists them.",
        formula="rows read = events + rows joined + rows in quarantine",
        also=("rejects", "rows left out", "on-error"),
    ),
    Term(
        "lifecycle",
        "The state of an event's step: start, complete and others. A start and its complete become "
        "one event with a start time; what could not be paired is counted.",
        source=_XES,
        also=("start/complete", "rows joined", "lifecycle:transition"),
    ),
    Term(
        "time window",
        "Which cases --since and --until keep. contained: all events inside (default). "
        "intersecting: at least one inside. trimmed: the events inside alone, which cuts cases.",
        also=("window", "contained", "intersecting", "trimmed", "since", "until"),
    ),
    Term(
        "re-linking",
        "When an activity is left out, its neighbours follow each other directly and the graph is "
        "counted again; deleting the box alone would lose the ways through it.",
        also=("relink", "projection"),
    ),
    Term(
        "repeats",
        "Cases in which some activity happens more than once; often work done again.",
        formula="cases whose trace has fewer distinct activities than events",
        also=("rework", "repetition"),
    ),
    Term(
        "date order",
        "Whether 03/04 is 3 April or 4 March. Decided for a whole column when any row proves it "
        "(13 or more can only be a day); where none does, casemine asks for --date-order.",
        also=("day first", "dmy", "mdy", "ymd", "time format"),
    ),
    Term(
        "time zone",
        "Times without an offset are taken as UTC, which is said once, or as --tz says. Local "
        "times that do not exist or exist twice when clocks change are reported, never shifted in "
        "silence.",
        also=("tz", "zone", "utc", "daylight saving", "offset"),
    ),
    Term(
        "petri net",
        "Places with tokens and transitions that move them: a model that can be run, with choice "
        "and parallel work told apart. Transitions without a name are silent.",
        source=BOOK,
        also=("net", "pnml", "silent transition", "place", "transition"),
    ),
    Term(
        "bpmn",
        "The diagram language of business analysts: tasks, gateways, sequence flows.",
        source="ISO/IEC 19510:2013, BPMN 2.0.1",
        also=("gateway", "bpmn model"),
    ),
    Term(
        "process tree",
        "Blocks inside blocks: sequence (→), choice (×), parallel (∧), loop (↺). Whatever is read "
        "from it is sound.",
        source='S.J.J. Leemans, "Robust Process Mining with Guarantees", LNBIP 440, Springer 2022',
        also=("tree", "ptml"),
    ),
    Term(
        "inductive miner",
        "Splits the graph again and again into sequence, choice, parallel and loop. Without noise "
        "filter every case of the log fits the model, and the model is always sound.",
        source='S.J.J. Leemans, D. Fahland, W.M.P. van der Aalst, "Discovering block-structured '
        'process models from event logs", PETRI NETS 2013, LNCS 7927, 311-329',
        also=("inductive", "miner", "miners"),
    ),
    Term(
        "heuristics miner",
        "Keeps what follows often and in one direction, so that rare disorder does not count. The "
        "net may be unsound.",
        formula="dependency(A, B) = (|A>B| - |B>A|) / (|A>B| + |B>A| + 1)",
        source='A.J.M.M. Weijters, J.T.S. Ribeiro, "Flexible heuristics miner (FHM)", CIDM 2011, '
        "310-317",
        also=("heuristics", "dependency"),
    ),
    Term(
        "alpha miner",
        "The first algorithm of the field: right on complete logs without noise, short loops and "
        "hidden steps; kept for teaching.",
        source='W.M.P. van der Aalst, A.J.M.M. Weijters, L. Maruster, "Workflow mining: '
        'discovering process models from event logs", IEEE TKDE 16 (2004), 1128-1142',
        also=("alpha",),
    ),
    Term(
        "ilp miner",
        "Finds places by integer linear programming; every case of the log can be replayed in the "
        "net.",
        source="S.J. van Zelst, B.F. van Dongen, W.M.P. van der Aalst, H.M.W. Verbeek, "
        '"Discovering workflow nets using integer linear programming", Computing 100 (2018), '
        "529-556",
        also=("ilp",),
    ),
    Term(
        "noise",
        "How much rare behaviour the inductive miner leaves out, from 0 (nothing, every case fits) "
        "to 1. At each split, edges below this share of the strongest of their source are dropped.",
        source='S.J.J. Leemans, D. Fahland, W.M.P. van der Aalst, "Discovering block-structured '
        'process models from event logs containing infrequent behaviour", BPM Workshops 2013, '
        "LNBIP 171, 66-78",
        also=("noise threshold",),
    ),
    *CHECK_TERMS,
    *FLOW_TERMS,
    *QUALITY_TERMS,
    *WAIT_TERMS,
)


def find_term(word: str) -> Term:
    """Look a term up by its name or one of its other words, whatever the case of the letters.

    Raises
    ------
    UsageError
        Nothing is called so; near matches are named.

    Examples
    --------
    >>> find_term("DFG").name
    'directly-follows graph'
    """
    wanted = _plain(word)
    index = {_plain(name): term for term in TERMS for name in (term.name, *term.also)}
    if wanted in index:
        return index[wanted]
    near = get_close_matches(wanted, index, n=3, cutoff=0.6)
    names = list(dict.fromkeys(index[name].name for name in near))
    raise UsageError(
        f"nothing is known about {show(word)}"
        + (f"; did you mean {show(names[0])}?" if names else ""),
        mend="casemine explain lists all terms"
        + (f"; near are {', '.join(names)}" if len(names) > 1 else ""),
        code="no-such-term",
    )


def document(term: Term) -> Document:
    """Show one term."""
    pairs = [("formula", term.formula), ("source", term.source), ("also", ", ".join(term.also))]
    facts = tuple((name, value) for name, value in pairs if value)
    blocks: tuple[Prose | Facts, ...] = (Prose((term.means,)),)
    return Document(term.name, (*blocks, Facts(facts)) if facts else blocks)


def overview() -> Document:
    """List all terms with the first sentence of each."""
    rows = tuple((term.name, term.means.split(". ")[0].rstrip(".")) for term in TERMS)
    table = Table((Column("term"), Column("means")), rows)
    return Document("casemine explain TERM says more", (table,))


def data(term: Term) -> dict[str, object]:
    """Return one term for JSON."""
    return {
        "term": term.name,
        "means": term.means,
        "formula": term.formula or None,
        "source": term.source or None,
        "also": list(term.also),
    }


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())
