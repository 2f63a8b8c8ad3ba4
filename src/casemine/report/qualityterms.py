"""What the words of `discover --quality` mean."""

from __future__ import annotations

from casemine.report.term import Term

_BUIJS = (
    'J.C.A.M. Buijs, B.F. van Dongen, W.M.P. van der Aalst, "Quality dimensions in process '
    'discovery: the importance of fitness, precision, generalization and simplicity", '
    "International Journal of Cooperative Information Systems 23 (2014)"
)
_PRECISION = (
    'A. Adriansyah, J. Munoz-Gama, J. Carmona and others, "Measuring precision of modeled '
    'behavior", Information Systems and e-Business Management 13 (2015), 37-67'
)
QUALITY_TERMS = (
    Term(
        "fitness, log",
        "Fitness over all cases together: costs and worst costs are summed first, so that long "
        "cases weigh more than in the mean of cases.",
        formula="1 - sum of costs / sum of (events + length of the shortest run)",
        source="casemine, docs/model-quality.md",
        also=("log fitness",),
    ),
    Term(
        "cases that fit",
        "Cases that the model can replay without any move off it.",
        source="casemine, docs/model-quality.md",
    ),
    Term(
        "moves off model",
        "Events without a step and steps without an event in the optimal alignments of all cases, "
        "silent steps not counted.",
        source="casemine, docs/model-quality.md",
        also=("moves off the model",),
    ),
    Term(
        "precision",
        "How much of what the model lets happen does happen: 1 where cases take every step that "
        "the model allows at the points that they reach. Measured over the runs of the model that "
        "the alignments give, so that a log that does not fit has a precision as well.",
        formula="1 - steps allowed and never taken / steps allowed, over all states of all cases",
        source=_PRECISION,
        also=("align-etc", "etconformance", "escaping edges"),
    ),
    Term(
        "precision, prefixes",
        "Precision over the beginnings of traces that replay without deviation, ends left out, as "
        "pm4py's precision by alignments counts it.",
        source="casemine, docs/model-quality.md",
        also=("precision of prefixes",),
    ),
    Term(
        "generalisation",
        "Whether the parts of the model rest on enough cases to be trusted with the next one: it "
        "falls with every step that was taken seldom or never.",
        formula="1 - mean over transitions of 1 / sqrt(times fired)",
        source=_BUIJS,
        also=("generalization",),
    ),
    Term(
        "simplicity",
        "How few arcs the model needs for its places and transitions: 1 for a sequence.",
        formula="1 / (1 + max(mean number of arcs at a node - 2, 0))",
        source='F.R. Blum, "Metrics in process discovery", report TR/DCC-2015-6, University of '
        "Chile 2015",
        also=("arc degree",),
    ),
)
