"""Texts under one numbering."""

import numpy as np
import pyarrow as pa
import pytest

from casemine.read.crm.coded.words import Words


@pytest.fixture
def words():
    return Words()


def test_the_same_text_has_the_same_code_in_every_column(words):
    plain = pa.chunked_array([["Open", "New"], ["Open"]])
    encoded = pa.chunked_array([pa.array(["New", None]).dictionary_encode()])

    first, second = words.encode([plain, encoded])

    assert first[0] == first[2] != first[1]
    assert second.tolist() == [first[1], -1]


def test_the_empty_text_is_no_value(words):
    (codes,) = words.encode([pa.chunked_array([["", "Open"]])])

    assert words.texts(codes) == [None, "Open"]


def test_columns_are_let_go_as_they_are_numbered(words):
    columns = [pa.chunked_array([["Open"]])]

    words.encode(columns)

    assert columns == []


def test_new_words_are_added_behind_those_that_are_known(words):
    (known,) = words.encode([pa.chunked_array([["Open", "New"]])])

    codes = words.codes(["New", "Solved", None, "Solved"])

    assert codes.tolist() == [known[1], 2, -1, 2]
    assert words.texts(codes) == ["New", "Solved", None, "Solved"]
    assert len(words) == 3


def test_a_column_encodes_only_the_texts_that_it_uses(words):
    codes = words.codes(["Open", "New", "Solved"])

    encoded = words.encoded(np.array([codes[2], -1, codes[0]], np.int32))

    assert encoded.to_pylist() == ["Solved", None, "Open"]
    assert sorted(encoded.dictionary.to_pylist()) == ["Open", "Solved"]


def test_a_question_is_asked_once_for_each_distinct_text(words):
    asked = []
    codes = words.codes(["Open", "New", "Open", None])

    answers = words.answers(codes, lambda texts: asked.append(len(texts)) or [True] * len(texts))

    assert answers.tolist() == [True, True, True, False]
    assert asked == [2]


@pytest.mark.parametrize(
    ("patterns", "fitting"),
    [
        (("Open",), [True, False, False]),
        (("/^Re/",), [False, True, False]),
        (("*",), [True, True, False]),
        (("",), [False, False, True]),
        (("Open", ""), [True, False, True]),
        ((r"/(?<!Re)open|^O/",), [True, False, False]),
    ],
)
def test_patterns_are_words_expressions_any_value_or_none(words, patterns, fitting):
    codes = words.codes(["Open", "Reopened", None])

    assert words.matches(codes, patterns).tolist() == fitting


def test_words_are_replaced_and_the_empty_text_takes_a_value_away(words):
    codes = words.codes(["1", "2", "3", None])

    made = words.replaced(codes, {"1": "New", "2": ""})

    assert words.texts(made) == ["New", None, "3", None]


def test_a_text_is_made_once_for_each_combination(words):
    made = []
    columns = [words.codes(["a", "b", "a", "a"]), words.codes(["x", "x", "x", None])]

    def join(parts):
        made.append(parts)
        return "-".join(part or "?" for part in parts)

    assert words.texts(words.combined(columns, join)) == ["a-x", "b-x", "a-x", "a-?"]
    assert len(made) == 3


def test_nothing_is_made_of_no_rows(words):
    nothing = np.empty(0, np.int32)

    assert words.combined([nothing], lambda _: "x").tolist() == []
    assert words.mapped(nothing, list).tolist() == []
