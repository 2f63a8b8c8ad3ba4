"""Times as text: which forms are understood, how a column's format is decided, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from casemine.errors import AmbiguousError, BadTimeError, UsageError
from casemine.read.times.clock import decide_format
from casemine.read.times.words import look_up


def column(*values: str | None) -> pa.Array:
    return pa.array(values, pa.string())


def read(*values: str | None, **options):
    texts = column(*values)
    return decide_format([texts], column="at", **options).parse(texts)


def iso(parsed) -> list[str | None]:
    return [
        value and value.isoformat().removesuffix("+00:00") for value in parsed.values.to_pylist()
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T09:14:05Z", "2026-01-31T09:14:05"),
        ("2026-01-31 09:14:05", "2026-01-31T09:14:05"),
        ("2026-01-31t09:14:05z", "2026-01-31T09:14:05"),
        ("2026-01-31T09:14:05+02:00", "2026-01-31T07:14:05"),
        ("2021-03-28T16:06:08.715+0800", "2021-03-28T08:06:08.715000"),
        ("2026-01-31 09:14:05 -05", "2026-01-31T14:14:05"),
        ("2026-01-31T09:14:05,123456789Z", "2026-01-31T09:14:05.123456"),
        ("2026-01-31T09:14:05.1", "2026-01-31T09:14:05.100000"),
        ("2026-01-31T09:14", "2026-01-31T09:14:00"),
        ("2026-01-31T09", "2026-01-31T09:00:00"),
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-01-31T24:00:00", "2026-02-01T00:00:00"),
        ("2026-01-31T09:14:05\u221205:00", "2026-01-31T14:14:05"),
        ("Sat Jan 31 2026 09:14:05 GMT+1", "2026-01-31T08:14:05"),
        ("2026-01-31T09:14:05+01:00[Europe/Berlin]", "2026-01-31T08:14:05"),
        ("2012/10/09 14:50:17.000", "2012-10-09T14:50:17"),
        ("2026.1.31 9:14", "2026-01-31T09:14:00"),
        ("2026-01-31-09.14.05.123456", "2026-01-31T09:14:05.123456"),
        ("20260131T091405Z", "2026-01-31T09:14:05"),
        ("20260131T091405.250+0100", "2026-01-31T08:14:05.250000"),
        ("20260131091405", "2026-01-31T09:14:05"),
        ("20260131091405123", "2026-01-31T09:14:05.123000"),
        ("202601310914", "2026-01-31T09:14:00"),
        ("20260131", "2026-01-31T00:00:00"),
        ("1769850845", "2026-01-31T09:14:05"),
        ("1769850845.25", "2026-01-31T09:14:05.250000"),
        ("1769850845123", "2026-01-31T09:14:05.123000"),
        ("1769850845123456", "2026-01-31T09:14:05.123456"),
        ("1769850845123456789", "2026-01-31T09:14:05.123456"),
        ("29/2/2016 01:16", "2016-02-29T01:16:00"),
        ("2/29/2016 1:16 AM", "2016-02-29T01:16:00"),
        ("31.1.69 8:05", "1969-01-31T08:05:00"),
        ("31.12.68", "2068-12-31T00:00:00"),
        ("31.12.69", "1969-12-31T00:00:00"),
        ("31. 1. 2026 9.14", "2026-01-31T09:14:00"),
        ("31-01-2022 09:33:38 +0000", "2022-01-31T09:33:38"),
        ("31/01/2026, 09:14:05", "2026-01-31T09:14:05"),
        ("2026-05-31 09:14 PM", "2026-05-31T21:14:00"),
        ("2026-05-31 12:14 AM", "2026-05-31T00:14:00"),
        ("2026-05-31 12:14pm", "2026-05-31T12:14:00"),
        ("5/31/2026 9 p.m.", "2026-05-31T21:00:00"),
        ("31-Jan-2026 09:14", "2026-01-31T09:14:00"),
        ("31-JAN-26 09.14.05.123456000 PM", "2026-01-31T21:14:05.123456"),
        ("Jan 31, 2026, 9:14:05 AM", "2026-01-31T09:14:05"),
        ("Jan 31, 2026, 9:14:05\u202fPM", "2026-01-31T21:14:05"),
        ("January 31st, 2026 at 9:14 am", "2026-01-31T09:14:00"),
        ("26/Mar/26 9:51 AM", "2026-03-26T09:51:00"),
        ("31/Jan/2026:09:14:05 +0100", "2026-01-31T08:14:05"),
        ("31JAN2026:09:14:05", "2026-01-31T09:14:05"),
        ("2026-Jan-31", "2026-01-31T00:00:00"),
        ("Sat, 31 Jan 2026 09:14:05 +0100", "2026-01-31T08:14:05"),
        ("Sat, 31 Jan 2026 09:14:05 GMT", "2026-01-31T09:14:05"),
        ("Sat Jan 31 09:14:05 2026", "2026-01-31T09:14:05"),
        ("Thu Jan  1 09:14:05 UTC 2026", "2026-01-01T09:14:05"),
        (
            "Sat Jan 31 2026 09:14:05 GMT+0100 (Central European Standard Time)",
            "2026-01-31T08:14:05",
        ),
        ("Samstag, 31. Januar 2026 um 09:14 Uhr", "2026-01-31T09:14:00"),
        ("31. März 2026 9:14", "2026-03-31T09:14:00"),
        ("mar. 31 mars 2026 09h14", "2026-03-31T09:14:00"),
        ("31 DÉCEMBRE 2026", "2026-12-31T00:00:00"),
        ("31 août 2026 à 09:14", "2026-08-31T09:14:00"),
        ("31 de enero de 2026 9:14 p.\u00a0m.", "2026-01-31T21:14:00"),
        ("sábado, 31 de outubro de 2026", "2026-10-31T00:00:00"),
        ("31 gennaio 2026 09:14", "2026-01-31T09:14:00"),
        ("za 31 okt. 2026 09:14", "2026-10-31T09:14:00"),
        ("  2026-01-31 09:14 ", "2026-01-31T09:14:00"),
        ('"2026-01-31"', "2026-01-31T00:00:00"),
        ("2026-01-31\u00a009:14", "2026-01-31T09:14:00"),
        ("\ufeff2026-01-31", "2026-01-31T00:00:00"),
        ("２０２６-01-31", "2026-01-31T00:00:00"),
        ("0001-01-01", "0001-01-01T00:00:00"),
        ("9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"),
    ],
)
def test_a_form_is_understood_without_being_told(text, expected):
    assert iso(read(text)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "0000-00-00"),
        *("2026-01-31 25:00", "2026-01-31 24:00:01", "2026-01-31 09:60", "2026-01-31 09:14:60"),
        *("2026-12-31T23:59:60Z", "2026-01-31 13:14 PM", "2026-01-31 0:14 AM", "2026-01-31 9:1"),
        *("2026-01-31T09:14:05+24:00", "2026-01-31T09:14:05+01:60", "2026-01-31-09", "2026-01"),
        *("0001-01-01T00:00+01:00", "09:14", "2026-01-31T", "x", "?", "2026-01-31 09:14 Xy"),
        *("2026-01-31 24:00:00.5", "20260131-09", "2026-01-31 09:14 +1", "2026-01-31 09:14+100"),
        *("2026-01-31 09:14:05.", "2026-1/31", "2026-01-31\n", " ", "12026-01-31", "2026-01-31Q"),
    ],
)
def test_what_is_no_time_is_listed_and_not_read(text):
    texts = column("2026-01-31 09:14", text, None, "")
    shape = "2026-01-31 09:14 AM" if text.endswith("M") else "2026-01-31 09:14"
    parsed = decide_format([column(*[shape] * 3)], column="at").parse(texts)

    # A line end around a value does no harm, all else stays unread.
    expected = [] if text == "2026-01-31\n" else [1]
    assert parsed.unparsed.rows.tolist()[-1:] == expected
    if expected:
        assert parsed.unparsed.texts[-1].as_py() == text
        assert parsed.values[1].as_py() is None


def test_missing_values_are_neither_times_nor_faults():
    parsed = read(None, "2026-01-31", "", None)

    assert iso(parsed) == [None, "2026-01-31T00:00:00", None, None]
    assert len(parsed.unparsed) == 0


def test_one_day_beyond_the_twelfth_decides_for_all_rows():
    assert iso(read("03/04/2026", "05/06/2026", "13/06/2026")) == [
        "2026-04-03T00:00:00",
        "2026-06-05T00:00:00",
        "2026-06-13T00:00:00",
    ]
    assert iso(read("03/04/2026", "06/13/2026")) == ["2026-03-04T00:00:00", "2026-06-13T00:00:00"]


def test_the_row_that_decides_may_stand_in_a_later_chunk():
    chunks = [column("03/04/2026"), column(None), column("31/12/2026")]

    decided = decide_format(iter(chunks), column="at")

    assert decided.order == "dmy"


@pytest.mark.parametrize(
    "text", ["03/04/2026", "03.04.2026 09:14", "03-04-2026", "3/4/2026 9:14 PM"]
)
def test_an_order_that_no_row_proves_is_refused_with_both_readings(text):
    with pytest.raises(AmbiguousError) as caught:
        decide_format([column("05/05/2026", text, text)], column="at", locate=lambda row: row + 2)

    assert repr(text) in caught.value.message
    assert "3 April 2026 (dmy)" in caught.value.message
    assert "4 March 2026 (mdy)" in caught.value.message
    assert "--date-order dmy" in caught.value.mend
    assert caught.value.where.column == "at"


def test_an_open_two_digit_year_shows_all_three_readings():
    with pytest.raises(AmbiguousError, match=r"2009 \(dmy\).*2009 \(mdy\).*2010 \(ymd\)"):
        read("10.03.09")


def test_an_order_that_makes_no_difference_is_not_asked_for():
    assert iso(read("05/05/2026", "06/06/2026")) == ["2026-05-05T00:00:00", "2026-06-06T00:00:00"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("dmy", "2009-03-10"), ("mdy", "2009-10-03"), ("ymd", "2010-03-09")],
)
def test_a_given_order_is_taken(order, expected):
    assert iso(read("10.03.09", date_order=order)) == [f"{expected}T00:00:00"]


def test_rows_that_contradict_each_other_about_the_order_are_shown():
    with pytest.raises(AmbiguousError) as caught:
        decide_format(
            [column("01/02/2026", "31/12/2026", "12/31/2026", "12/30/2026")],
            column="at",
            source="x.csv",
            locate=lambda row: row + 2,
        )

    assert "'31/12/2026' can only be day first (1 row, first in row 3)" in caught.value.message
    assert "'12/31/2026' can only be month first (2 rows, first in row 4)" in caught.value.message
    assert str(caught.value.where) == "x.csv:3"


def test_with_an_order_given_the_rows_that_contradict_it_are_left_over():
    parsed = read("31/12/2026", "12/31/2026", date_order="dmy")

    assert parsed.unparsed.rows.tolist() == [1]


def test_an_order_that_fits_no_row_is_a_wrong_option():
    with pytest.raises(UsageError, match="--date-order ymd does not fit '03/04/2026'"):
        read("03/04/2026", date_order="ymd")


def test_the_format_of_most_rows_is_taken_and_the_others_are_left_over():
    texts = column(*["2026-01-31 09:14"] * 5, "31/12/2026", "13/12/2026 10:00")
    decided = decide_format([texts], column="at")
    parsed = decided.parse(texts)

    assert parsed.unparsed.rows.tolist() == [5, 6]
    assert parsed.unparsed.texts.to_pylist() == ["31/12/2026", "13/12/2026 10:00"]
    assert [note.code for note in decided.notes()] == ["zone-assumed", "time-formats-mixed"]
    assert "'31/12/2026'" in decided.mend


def test_iso_of_mixed_precision_and_offsets_is_one_format():
    parsed = read("2026-01-31T09:14:05.123Z", "2026-07-31T09:14+02:00", "2026-01-31T09:14:05+0100")

    assert iso(parsed) == [
        "2026-01-31T09:14:05.123000",
        "2026-07-31T07:14:00",
        "2026-01-31T08:14:05",
    ]


def test_times_with_and_without_offset_in_one_column_are_refused():
    with pytest.raises(AmbiguousError) as caught:
        read("2026-01-31T09:14Z", "2026-01-31T09:14", "2026-01-31T10:14Z")

    assert "'2026-01-31T09:14' in column 'at' has no offset" in caught.value.message
    assert "(1 of 3 rows have none)" in caught.value.message
    assert "--tz" in caught.value.mend


def test_a_given_zone_applies_to_times_without_offset_only():
    texts = column("2026-01-31T09:14Z", "2026-01-31T09:14")
    decided = decide_format([texts], column="at", zone="Europe/Berlin")

    assert iso(decided.parse(texts)) == ["2026-01-31T09:14:00", "2026-01-31T08:14:00"]
    assert [(note.code, note.count) for note in decided.notes()] == [("zone-mixed", 1)]


def test_utc_is_assumed_and_said_for_times_without_offset():
    codes = [note.code for note in decide_format([column("2026-01-31 09:14")], column="at").notes()]

    assert codes == ["zone-assumed"]


def test_a_zone_that_changes_nothing_is_pointed_out():
    decided = decide_format([column("2026-01-31T09:14Z")], column="at", zone="Europe/Berlin")

    assert [note.code for note in decided.notes()] == ["zone-unused"]


def test_local_times_that_do_not_exist_are_listed_and_those_that_come_twice_are_counted():
    texts = column("2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25 02:40", "2026-06-01 00:00")
    decided = decide_format([texts], column="at", zone="Europe/Berlin")
    parsed = decided.parse(texts)

    assert iso(parsed) == [
        None,
        "2026-10-25T00:30:00",
        "2026-10-25T00:40:00",
        "2026-05-31T22:00:00",
    ]
    assert parsed.gaps.texts.to_pylist() == ["2026-03-29 02:30"]
    assert len(parsed.unparsed) == 0
    assert decided.gap_reason == "does not exist in Europe/Berlin: clocks went forward"
    assert [(note.code, note.count) for note in decided.notes([parsed])] == [("time-twice", 2)]


@pytest.mark.parametrize("name", ["CET", "EST", "IST", "CST"])
def test_zone_abbreviations_are_refused_without_a_zone(name):
    with pytest.raises(AmbiguousError, match=f"09:14 {name}' in column 'at' names its zone"):
        read(f"2026-01-31 09:14 {name}")


def test_zone_abbreviations_of_the_given_zone_are_read_and_others_left_over():
    parsed = read(
        "2026-01-31 09:14 CET",
        "2026-07-31 09:14 CEST",
        "2026-07-31 09:14 PST",
        zone="Europe/Berlin",
    )

    assert iso(parsed) == ["2026-01-31T08:14:00", "2026-07-31T07:14:00", None]
    assert parsed.unparsed.rows.tolist() == [2]


def test_more_than_microseconds_are_cut_off_and_said():
    texts = column("2026-01-31 09:14:05.1234567", "2026-01-31 09:14:05.1234560")
    decided = decide_format([texts], column="at", zone="UTC")
    parsed = decided.parse(texts)

    assert iso(parsed) == ["2026-01-31T09:14:05.123456"] * 2
    assert [(note.code, note.count) for note in decided.notes([parsed])] == [("time-truncated", 1)]


@pytest.mark.parametrize(
    "values", [("1", "2", "3"), ("45000", "45001"), ("20261301",), ("90010101",), ("12345",)]
)
def test_plain_numbers_are_no_times(values):
    with pytest.raises(BadTimeError, match=rf"'{values[0]}' in column 'at' is not a time"):
        read(*values)


def test_a_column_without_times_names_value_row_and_count():
    with pytest.raises(BadTimeError) as caught:
        decide_format(
            [column(None, "New", "Open")], column="at", source="x.csv", locate=lambda i: i + 2
        )

    assert str(caught.value) == "x.csv:3: 'New' in column 'at' is not a time (2 rows of 2)"


def test_spreadsheet_days_are_suggested_for_numbers_that_look_like_them():
    with pytest.raises(BadTimeError) as caught:
        read("45000.5", "45001")

    assert "--time-format excel" in caught.value.mend


def test_a_column_without_values_is_no_error():
    assert iso(read(None, "")) == [None, None]
    assert iso(read()) == []


@pytest.mark.parametrize(
    ("time_format", "text", "expected"),
    [
        ("excel", "45000.5", "2023-03-15T12:00:00"),
        ("excel", "45000,385474537037037", "2023-03-15T09:15:05"),
        ("excel", "1", "1900-01-01T00:00:00"),
        ("excel", "59", "1900-02-28T00:00:00"),
        ("excel", "60", None),
        ("excel", "61", "1900-03-01T00:00:00"),
        ("excel", "0.5", None),
        ("excel", "-1", None),
        ("excel", "2958465.99999999999", None),
        ("excel", "2958465.99999", "9999-12-31T23:59:59.136000"),
        ("epoch-s", "0", "1970-01-01T00:00:00"),
        ("epoch-s", "-1.5", "1969-12-31T23:59:58.500000"),
        ("epoch-s", "253402300799", "9999-12-31T23:59:59"),
        ("epoch-s", "253402300800", None),
        ("epoch-s", "9999999999999999999", None),
        ("epoch-ms", "1769850845123", "2026-01-31T09:14:05.123000"),
        ("epoch-us", "1", "1970-01-01T00:00:00.000001"),
        ("epoch-ns", "9223372036854775807", "2262-04-11T23:47:16.854775"),
        ("iso", "20260131T0914Z", "2026-01-31T09:14:00"),
        ("iso", "20260131", "2026-01-31T00:00:00"),
        ("%d/%m/%Y %H:%M", "3/4/2026 9:14", "2026-04-03T09:14:00"),
        ("%m/%d/%y", "03/04/69", "1969-03-04T00:00:00"),
        ("%d.%m.%Y", "2026-01-31", None),
        ("%Y%m%d%H%M%S", "20260131091405", "2026-01-31T09:14:05"),
        ("%d-%b-%Y %I:%M %p", "31-Jan-2026 9:14 PM", "2026-01-31T21:14:00"),
        ("%d. %B %Y", "31. März 2026", "2026-03-31T00:00:00"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2026-01-31T09:14:05.5+01:00", "2026-01-31T08:14:05.500000"),
        ("%F %T", "2026-01-31 09:14:05", "2026-01-31T09:14:05"),
        ("%Y-%j", "2026-031", "2026-01-31T00:00:00"),
        ("%d.%m.%Y um %H Uhr", "31.01.2026 um 9 Uhr", "2026-01-31T09:00:00"),
        ("%d.%m.%Y um %H Uhr", "31.02.2026 um 9 Uhr", None),
    ],
)
def test_a_format_that_is_told_is_taken(time_format, text, expected):
    parsed = read(text, None, time_format=time_format)

    assert iso(parsed) == [expected, None]
    assert parsed.unparsed.rows.tolist() == ([0] if expected is None else [])


@pytest.mark.parametrize(
    ("time_format", "message"),
    [
        ("rfc", "unknown time format 'rfc'"),
        ("%Q", "is not a pattern"),
        ("%", "is not a pattern"),
        ("%H:%M", "does not give year, month and day"),
        ("%d %d %Y", "is not a pattern"),
    ],
)
def test_a_format_that_is_none_is_a_wrong_option(time_format, message):
    with pytest.raises(UsageError, match=message):
        read("2026-01-31", time_format=time_format)


def test_a_pattern_without_offset_uses_the_zone():
    assert iso(read("31.01.2026", time_format="%d.%m.%Y", zone="Europe/Berlin")) == [
        "2026-01-30T23:00:00"
    ]
    assert iso(read("2026-031", time_format="%Y-%j", zone="Europe/Berlin")) == [
        "2026-01-30T23:00:00"
    ]


def test_dates_without_time_of_day_go_with_either_clock():
    assert iso(read("5/31/2026", "5/31/2026 9:14 PM")) == [
        "2026-05-31T00:00:00",
        "2026-05-31T21:14:00",
    ]


def test_a_dictionary_reads_like_its_values():
    plain = column("31/12/2026", "01/02/2026", None, "x", "31/12/2026", "x")
    encoded = plain.dictionary_encode()

    for array in (
        encoded,
        encoded.slice(2),
        encoded.cast(pa.dictionary(pa.int8(), pa.large_string())),
    ):
        decided = decide_format([array], column="at", date_order="dmy")
        one, other = decided.parse(array), decided.parse(array.dictionary_decode())
        assert one.values.equals(other.values)
        assert one.unparsed.rows.tolist() == other.unparsed.rows.tolist()
        assert one.unparsed.texts.to_pylist() == other.unparsed.texts.to_pylist()


def test_a_dictionary_counts_rows_and_not_distinct_values():
    texts = column(*["x"] * 7, *["2026-01-31"] * 2, "31/12/2026")
    encoded = texts.dictionary_encode()

    decided = decide_format([encoded], column="at", locate=lambda row: row)

    assert decided.form == "year-first"
    assert [note.count for note in decided.notes()] == [None, 8]


def test_a_dictionary_names_the_row_that_stands_first():
    codes, values = pa.array([1, 0, 1, 0, 0], pa.int32()), column("12/31/2026", "31/12/2026")

    with pytest.raises(AmbiguousError) as caught:
        decide_format(
            [pa.DictionaryArray.from_arrays(codes, values)], column="at", locate=lambda row: row + 2
        )

    assert "'31/12/2026' can only be day first (2 rows, first in row 2)" in caught.value.message
    assert "'12/31/2026' can only be month first (3 rows, first in row 3)" in caught.value.message


def test_a_column_with_am_and_pm_does_not_read_times_without():
    parsed = read("2026-01-31 9:14 AM", "2026-01-31 9:14", "2026-01-31 9:15 PM")

    assert parsed.unparsed.rows.tolist() == [1]


def test_short_dates_of_several_shapes_are_one_format():
    parsed = read("9.3.69", "19.3.69", "9.12.69", "x.y.69", "29.12.69")

    assert parsed.unparsed.rows.tolist() == [3]
    assert iso(parsed)[4] == "1969-12-29T00:00:00"


def test_slices_chunks_and_wide_strings_read_alike():
    texts = column("x", "2026-01-31", None, "31.1.2026", "2026-02-28", "y")
    whole = decide_format([texts.slice(1, 4)], column="at")

    parsed = whole.parse(texts.slice(1, 4))
    wide = whole.parse(texts.cast(pa.large_string()).slice(1, 4))

    assert iso(parsed) == ["2026-01-31T00:00:00", None, None, "2026-02-28T00:00:00"]
    assert parsed.unparsed.rows.tolist() == wide.unparsed.rows.tolist() == [2]
    assert wide.values.equals(parsed.values)


def test_other_layouts_of_text_read_alike():
    array = column("2026-01-31", None, "x").cast(pa.string_view())

    decided = decide_format([array], column="at")

    assert iso(decided.parse(array)) == ["2026-01-31T00:00:00", None, None]
    assert decided.parse(array).unparsed.rows.tolist() == [2]
    assert iso(decided.parse(pa.nulls(2))) == [None, None]


def test_what_stands_behind_a_null_does_not_matter():
    offsets, data = (
        pa.array([0, 10, 20], pa.int32()).buffers()[1],
        pa.py_buffer(b"x" * 10 + b"2026-01-31"),
    )
    array = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x02"), offsets, data])

    assert iso(decide_format([array], column="at").parse(array)) == [None, "2026-01-31T00:00:00"]


def test_columns_longer_than_a_block_agree_with_their_rows():
    values = [
        f"{day}/{month}/2026 {hour}:07"
        for day in range(1, 29)
        for month in range(1, 13)
        for hour in range(24)
    ]
    many = values * 20
    texts = column(*many)
    parsed = decide_format([texts], column="at").parse(texts)

    expected = [datetime.strptime(value, "%d/%m/%Y %H:%M").replace(tzinfo=UTC) for value in values]
    assert len(many) > 2 * 65_536
    assert parsed.values.to_pylist() == expected * 20


def test_an_example_of_a_refusal_is_shown_without_control_characters():
    with pytest.raises(BadTimeError) as caught:
        read("\x1b[31m2026")

    assert "\x1b" not in str(caught.value)


def test_free_text_is_no_time_and_takes_no_time():
    values = [f"call {n:x} back, see {n * 7919 % 10_007} and {n * 31}" for n in range(30_000)]

    with pytest.raises(BadTimeError, match="30,000 rows of 30,000"):
        read(*values)


def test_words_are_looked_up_in_any_case():
    words = look_up(np.frombuffer(b"JANFebmARxxxSat", np.uint8).reshape(-1, 3))

    assert bytes(words.roles).decode() == "MMX?W"
    assert words.numbers.tolist() == [1, 2, 3, 0, 0]
