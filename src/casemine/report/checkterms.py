"""What the words of `casemine check` mean: alignments, kinds of findings, verdict, baseline."""

from __future__ import annotations

from casemine.report.term import BOOK, Term

_ADRIANSYAH = (
    'A. Adriansyah, "Aligning observed and modeled behavior", PhD thesis, TU Eindhoven 2014'
)
CHECK_TERMS = (
    Term(
        "conformance",
        "How far what happens agrees with what was designed: which steps are skipped, added, "
        "repeated or out of order, in how many cases, and which rules are broken.",
        source=BOOK,
        also=("conformance checking", "check", "verdict"),
    ),
    Term(
        "alignment",
        "A trace and a run of the designed flow, put side by side with as few moves off the design "
        "as possible: an event without its step (log move) or a step without its event (model "
        "move). A move off the design costs 1, a step that leaves no event nothing.",
        formula="cost = log moves + visible model moves",
        source=_ADRIANSYAH,
        also=("alignments", "move", "moves off the design", "cost"),
    ),
    Term(
        "fitness",
        "How much of what happened the designed flow can replay: 1 where every case follows it. "
        "Cases that could not be aligned are left out and counted.",
        formula="mean over cases of 1 - cost / (events + length of the shortest run)",
        source=_ADRIANSYAH,
        also=("fitness of the log", "CM101", "min fitness"),
    ),
    Term(
        "follow the design",
        "Cases whose alignment costs nothing: they do what was designed, as far as the log can "
        "show it. Open cases follow it if they can still come to its end.",
        formula="share = cases of cost 0 / aligned cases",
        source="casemine, docs/check.md",
        also=("fitting cases", "CM102", "min fitting"),
    ),
    Term(
        "observability",
        "Whether a log can show a step of the design at all: it occurs, or a rule of the mapping "
        "could give it. A step that cannot be seen is not judged, and never counts as skipped.",
        source="casemine, docs/check.md",
        also=("observable", "not observable"),
    ),
    Term(
        "skipped step",
        "A step that the design asks for at this point, without its event in the log.",
        source="casemine, docs/deviations.md",
        also=("CM001", "skipped"),
    ),
    Term(
        "not in the design",
        "An event whose activity is no step of the design. Either the process has grown, or the "
        "event is named otherwise in the design, or it should not happen.",
        source="casemine, docs/deviations.md",
        also=("CM002", "unknown"),
    ),
    Term(
        "out of order",
        "A step that was done, but earlier or later than the design has it: `A > B` says that A "
        "came before B, and the design has B first.",
        source="casemine, docs/deviations.md",
        also=("CM003", "order"),
    ),
    Term(
        "unfinished case",
        "A case that has come to rest before the end of the design: it is not over, and has been "
        "idle for longer than nearly all others ever were. An open case that is not at rest is "
        "held against beginnings of the design instead.",
        source="casemine, docs/deviations.md",
        also=("CM004", "unfinished"),
    ),
    Term(
        "repeated step",
        "A step that was done again where the design wants it once.",
        source="casemine, docs/deviations.md",
        also=("CM005", "repeated"),
    ),
    Term(
        "inserted step",
        "A step of the design at a place where the design does not have it.",
        source="casemine, docs/deviations.md",
        also=("CM006", "inserted"),
    ),
    Term(
        "interval",
        "Where the share would lie if the process stayed as it is and many logs were taken: 95 of "
        "100 such intervals hold the true share.",
        formula="Wilson's score interval at 95 %",
        source='E.B. Wilson, "Probable inference, the law of succession, and statistical '
        'inference", JASA 22 (1927), 209-212',
        also=("95 % interval", "confidence interval", "wilson interval"),
    ),
    Term(
        "limit",
        "The share of cases that a finding may have. It fails above its limit if the whole "
        "interval of its share is above, so that chance does not break a build; --strict takes "
        "limits by the letter.",
        source="casemine, docs/check.md",
        also=("limits", "threshold"),
    ),
    Term(
        "baseline",
        "The findings that are known and accepted, in a file beside the project. Against it only "
        "what is new or worse fails: larger by more than the tolerance, and by more than chance "
        "makes in 99 of 100 runs, all findings of the run taken together.",
        formula="Fisher's exact test for each finding, one-sided; weighted Holm correction; 1 %",
        source='R.A. Fisher, "The logic of inductive inference", JRSS 98 (1935), 39-82; S. Holm, '
        '"A simple sequentially rejective multiple test procedure", Scand. J. Statistics 6 '
        "(1979), 65-70",
        also=("ratchet", "fail on", "worse by", "chance"),
    ),
)
