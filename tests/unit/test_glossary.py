"""The glossary: every term found by every of its words, and the words of reports explained."""

from __future__ import annotations

import pytest

from casemine.errors import UsageError
from casemine.log.quality import CODES
from casemine.report.checked import TITLES
from casemine.report.glossary import TERMS, document, find_term


def test_no_word_leads_to_two_terms():
    words = [word.casefold() for term in TERMS for word in (term.name, *term.also)]

    assert len(set(words)) == len(words)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_every_term_is_found_by_each_of_its_words_and_can_be_shown(term):
    for word in (term.name, term.name.upper(), *term.also):
        assert find_term(word) is term
    assert document(term).title == term.name


@pytest.mark.parametrize(
    "word",
    [
        *("case", "event", "activity", "variant", "median", "p90", "mean", "total", "coverage"),
        *("paths", "ties", "quarantine", "lifecycle", "wait", "noise", "inductive", "heuristics"),
        *("alpha", "ilp", "dfg", "petri_net", "bpmn", "tree", "service", "overlap", "window"),
        *("conformance", "alignment", "fitness", "baseline", "limit", "observable", "interval"),
        *TITLES,
        *CODES,
    ],
)
def test_what_reports_and_options_speak_of_is_explained(word):
    assert find_term(word).means


def test_an_unknown_word_names_near_ones():
    with pytest.raises(UsageError, match="did you mean 'median'"):
        find_term("medain")
