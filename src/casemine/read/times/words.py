"""Words that stand in dates: months and weekdays in seven languages, AM and PM, zone names.

A word gets a *role*, one character that takes its place in the shape of a value (`formats`),
so that `31-Jan-2026` and `28-Feb-2026` are of one shape, `00-MMM-0000`. Look-ups work on columns
of bytes, many values at once. Words are in lower case; accents may be missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONTH, WEEKDAY, EITHER, HALF_DAY, ORDINAL, FILLER = "M", "W", "X", "P", "O", "F"
UTC_NAME, ZONE_NAME, JOINT, HOUR_SIGN, UNKNOWN = "Z", "N", "T", "h", "?"

# January to December, one line for each language and length: en, de, fr, es, it, pt, nl.
_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sept oct nov dec
januar februar märz april mai juni juli august september oktober november dezember
jänner feber maerz apr mai jun jul aug sep okt nov dez
jän feb mrz apr mai jun jul aug sep okt nov dez
jan feb mär apr mai jun jul aug sep okt nov dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil août sept oct nov déc
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago setiembre oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
januari februari maart april mei juni juli augustus september oktober november december
jan feb mrt apr mei jun jul aug sep okt nov dec
"""

_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim
lunes martes miércoles jueves viernes sábado domingo lun mar mié jue vie sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica lun mar mer gio ven sab dom
segunda terça quarta quinta sexta sábado domingo seg ter qua qui sex sáb dom
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma di wo do vr za zo
"""

_FILLERS = "at um uhr de del à às alle ore om feira kl"  # 31 de enero; 3. Mai um 9:14 Uhr
_ORDINALS = "st nd rd th er"

# Abbreviations of zones mean different offsets in different countries (IST, CST, BST), and CET is
# often written in summer too; only the zone of the source (`--tz`) says what they stand for.
_ZONE_NAMES = (
    "cet cest met mest mez mesz wet west eet eest bst ist msk est edt cst cdt mst mdt pst pdt akst "
    "akdt hst jst kst sgt hkt aest aedt acst acdt awst nzst nzdt brt art clt sast wib wat cat eat"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """The known words of one width in bytes, sorted by their hash."""

    hashes: NDArray[np.uint64]
    letters: NDArray[np.uint8]  # one row for each word
    roles: NDArray[np.uint8]  # the role's character
    numbers: NDArray[np.int8]  # month 1 to 12; 0 for AM, 12 for PM


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What was found for a column of words: a role and a number for each row."""

    roles: NDArray[np.uint8]
    numbers: NDArray[np.int8]


def look_up(letters: NDArray[np.uint8]) -> Words:
    """Find the role and the number of each row's word; `?` is the role of unknown words.

    Parameters
    ----------
    letters : array of shape (rows, width)
        The bytes of the words, UTF-8; ASCII letters in any case, others in lower case.
    """
    shelf = _SHELVES.get(letters.shape[1])
    if shelf is None:
        rows = len(letters)
        return Words(np.full(rows, ord(UNKNOWN), np.uint8), np.zeros(rows, np.int8))
    lower = np.where(letters < 128, letters | 32, letters)
    spot = np.searchsorted(shelf.hashes, _hash(lower))
    spot[spot == len(shelf.hashes)] = 0
    known = (shelf.letters[spot] == lower).all(axis=1)
    roles = np.where(known, shelf.roles[spot], np.uint8(ord(UNKNOWN)))
    return Words(roles, np.where(known, shelf.numbers[spot], np.int8(0)))


def _hash(letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Sum up bytes times powers of an odd number, modulo 2 to the 64; matches are verified."""
    total = np.zeros(len(letters), np.uint64)
    for column in range(letters.shape[1]):
        total = total * np.uint64(1_000_003) + letters[:, column]
    return total


def _plain(word: str) -> str:
    """Leave out accents: `février` is often written `fevrier`."""
    return word.translate(str.maketrans("äéûùçáìà", "aeuucaia"))


def _lexicon() -> dict[str, tuple[str, int]]:
    words: dict[str, tuple[str, int]] = {}
    for role, listed in ((FILLER, _FILLERS), (ORDINAL, _ORDINALS), (ZONE_NAME, _ZONE_NAMES)):
        words |= dict.fromkeys(listed.split(), (role, 0))
    words |= dict.fromkeys(("z", "utc", "gmt"), (UTC_NAME, 0))
    words |= {"am": (HALF_DAY, 0), "pm": (HALF_DAY, 12), "t": (JOINT, 0), "h": (HOUR_SIGN, 0)}
    words |= {"a": (HALF_DAY, 0), "p": (HALF_DAY, 12), "m": ("m", 0)}  # "9:14 a. m."
    for line in _MONTHS.strip().splitlines():
        for number, name in enumerate(line.split(), start=1):
            words[name] = words[_plain(name)] = (MONTH, number)
    words["sep"] = (MONTH, 9)
    for name in _WEEKDAYS.split():
        for spelled in (name, _plain(name)):
            role, number = words.get(spelled, (WEEKDAY, 0))
            words[spelled] = (EITHER, number) if role in {MONTH, EITHER} else (WEEKDAY, 0)
    return words


def _shelves() -> dict[int, _Shelf]:
    by_width: dict[int, list[tuple[bytes, str, int]]] = {}
    for word, (role, number) in _lexicon().items():
        spelled = word.encode()
        by_width.setdefault(len(spelled), []).append((spelled, role, number))
    shelves = {}
    for width, entries in by_width.items():
        letters = np.array([list(entry[0]) for entry in entries], np.uint8)
        hashes = _hash(letters)
        order = np.argsort(hashes)
        shelves[width] = _Shelf(
            hashes[order],
            letters[order],
            np.array([ord(entry[1]) for entry in entries], np.uint8)[order],
            np.array([entry[2] for entry in entries], np.int8)[order],
        )
    return shelves


_SHELVES = _shelves()
