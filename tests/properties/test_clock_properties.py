"""What holds for all times: agreement with `datetime`, whatever the form, the chunks, the zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casemine.errors import CasemineError
from casemine.read.times.clock import Evidence, decide_format, format_from

moments = st.datetimes(datetime(1000, 1, 1), datetime(9998, 12, 31))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PATTERNS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%b-%Y %H:%M",
    "%a, %d %b %Y %H:%M:%S",
    "%A %d %B %Y %H:%M",
    "%B %d, %Y, %I:%M %p",
    "%Y%m%dT%H%M%S",
    "%a %b %d %H:%M:%S %Y",
)


def parsed(texts: list[str | None], **options):
    array = pa.array(texts, pa.string())
    return decide_format([array], column="at", **options).parse(array)


@settings(max_examples=60, deadline=None)
@given(st.lists(moments, min_size=1, max_size=20), st.sampled_from(PATTERNS), st.booleans())
def test_what_strftime_writes_is_read_back(times, pattern, told):
    texts = [
        time.strftime(pattern).replace(f" {time.year} ", f" {time.year:04} ") for time in times
    ]
    order = "mdy" if pattern.startswith("%m") else "dmy"
    options = {"time_format": pattern} if told else {"date_order": order}
    assume(told or order in {"mdy", "dmy"})

    expected = [datetime.strptime(text, pattern).replace(tzinfo=UTC) for text in texts]
    assert parsed(texts, **options).values.to_pylist() == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(moments, offsets), min_size=1, max_size=20),
    st.sampled_from(["T", " "]),
    st.sampled_from(["auto", "seconds", "milliseconds", "microseconds", "minutes"]),
)
def test_iso_with_offsets_agrees_with_fromisoformat(times, joint, precision):
    texts = [
        time.replace(tzinfo=offset).isoformat(joint, timespec=precision) for time, offset in times
    ]

    expected = [datetime.fromisoformat(text).astimezone(UTC) for text in texts]
    assert parsed(texts).values.to_pylist() == expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1970, 1, 2), datetime(2037, 1, 1)), min_size=1, max_size=30),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_local_times_agree_with_zoneinfo(times, name):
    zone = ZoneInfo(name)
    times = [time.replace(fold=0) for time in times]

    found = parsed([time.isoformat() for time in times], zone=name)

    gaps, overlaps = set(found.gaps.rows.tolist()), set(found.overlaps.rows.tolist())
    for index, time in enumerate(times):
        utc = time.replace(tzinfo=zone).astimezone(UTC)
        if utc.astimezone(zone).replace(tzinfo=None) != time:
            assert index in gaps
            assert found.values[index].as_py() is None
        else:
            assert found.values[index].as_py() == utc
            later = time.replace(tzinfo=zone, fold=1).astimezone(UTC)
            assert (index in overlaps) == (later != utc)


days = st.tuples(st.integers(1, 12), st.integers(1, 31), st.integers(1990, 2060))


@settings(max_examples=100, deadline=None)
@given(st.lists(days, min_size=1, max_size=12), st.booleans())
def test_an_order_is_decided_only_if_the_rows_prove_it(numbers, padded):
    write = "{:02}/{:02}/{}" if padded else "{}/{}/{}"
    texts = [write.format(*three) for three in numbers]

    def possible(first: int, second: int) -> bool:
        """Whether all rows are dates with the day at one and the month at the other place."""
        for three in numbers:
            try:
                datetime(three[2], three[second], three[first])
            except ValueError:
                return False
        return True

    orders = {"dmy": possible(0, 1), "mdy": possible(1, 0)}
    valid = [
        three for three in numbers if any(possible_one(three, place) for place in ((0, 1), (1, 0)))
    ]
    assume(len(valid) == len(numbers))
    unlike = any(first != second for first, second, _ in numbers)
    try:
        decided = decide_format([pa.array(texts)], column="at").order
    except CasemineError as error:
        refused = error.code
        assert refused == ("date-order-open" if all(orders.values()) else "date-order-mixed")
        assert all(orders.values()) or not any(orders.values())
    else:
        assert orders[decided]
        assert not all(orders.values()) or not unlike


def possible_one(three: tuple[int, int, int], place: tuple[int, int]) -> bool:
    try:
        datetime(three[2], three[place[1]], three[place[0]])
    except ValueError:
        return False
    return True


anything = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.from_regex(
        re.compile(r"[0-9]{1,4}[-/. ]?[0-9A-Za-z]{1,9}[-/. ,][0-9]{1,4}.{0,12}"), fullmatch=True
    ),
    moments.map(str),
    st.sampled_from(["2026-01-31", "31.1.2026", "01/02/2026", "1769850845", "31 mar 2026 9:14 pm"]),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(anything, max_size=25),
    st.integers(0, 25),
    st.sampled_from([None, "dmy", "mdy"]),
    st.sampled_from([None, "Europe/Berlin"]),
)
def test_no_value_is_lost_and_chunks_do_not_matter(texts, cut, order, zone):
    texts = [text if text is None else text.encode("utf-8", "replace").decode() for text in texts]
    whole = pa.array(texts, pa.string())
    evidence = Evidence()
    evidence.add(whole.slice(0, cut))
    evidence.add(whole.slice(cut))
    options = {"column": "at", "date_order": order, "zone": zone}

    outcomes = []
    for decide in (
        lambda: decide_format([whole], **options),
        lambda: decide_format([whole.dictionary_encode()], **options),
        lambda: format_from(evidence, **options),
    ):
        try:
            decided = decide()
        except CasemineError as error:
            outcomes.append(str(error))
            continue
        found = decided.parse(whole)
        listed = {*found.unparsed.rows.tolist(), *found.gaps.rows.tolist()}
        missing = {index for index, text in enumerate(texts) if not text}
        nulls = {i for i, value in enumerate(found.values.to_pylist()) if value is None}
        assert nulls == listed | missing
        assert not listed & missing
        outcomes.append((found.values.to_pylist(), sorted(listed)))
    assert outcomes[0] == outcomes[1] == outcomes[2]
