from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from casemine.draw.channels import Piece, tracks_of


def test_pieces_that_do_not_meet_share_a_track():
    tracks, room = tracks_of([Piece("a", 0, 0, 50, "a"), Piece("b", 0, 80, 120, "b")])

    assert tracks == {("a", 0): 0, ("b", 0): 0}
    assert room == {0: 1}


def test_pieces_of_one_gateway_are_one_line():
    tracks, room = tracks_of([Piece("a", 0, 0, 50, "x"), Piece("b", 0, 0, -90, "x")])

    assert tracks[("a", 0)] == tracks[("b", 0)]
    assert room == {0: 1}


def test_of_two_that_run_down_the_higher_one_stands_behind():
    tracks, _ = tracks_of([Piece("low", 0, 40, 90, "low"), Piece("high", 0, 0, 60, "high")])

    assert tracks[("high", 0)] > tracks[("low", 0)]


levels = st.integers(0, 200)
pieces = st.lists(st.tuples(st.integers(0, 2), levels, levels), max_size=12)


@given(pieces)
def test_no_piece_hides_another(found):
    given_pieces = [Piece(str(i), rank, a, b, i) for i, (rank, a, b) in enumerate(found)]

    tracks, room = tracks_of(given_pieces)

    for one, other in combinations(given_pieces, 2):
        if one.rank == other.rank and tracks[one.edge, one.rank] == tracks[other.edge, other.rank]:
            assert max(min(one.start, one.end), min(other.start, other.end)) > min(
                max(one.start, one.end), max(other.start, other.end)
            )
    assert all(0 <= tracks[p.edge, p.rank] < room[p.rank] for p in given_pieces)
