"""Ids as systems make them, from a running number or a name: equal input, equal ids.

Salesforce ids have 15 characters that tell upper from lower case, and three more that spell out
which are upper: five bits for each five characters. The running numbers are scattered, so that
ids do not stand in the order in which they were made, as nobody may rely on that.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_INSTANCE = "5g"
_ROOM = 62**9
_SCATTER = 7_853_981_633_974_483  # odd and no multiple of 31, so no two numbers meet


def hex_id(*names: object) -> str:
    """Make a ServiceNow sys_id: 32 hexadecimal digits.

    Examples
    --------
    >>> hex_id("sys_user", "a.adler")
    '26a79d7a724a9cfb2b156622207c1d8c'
    """
    return blake2b("\0".join(map(str, names)).encode(), digest_size=16).hexdigest()


def account_id(name: str) -> str:
    """Make an Atlassian account id.

    Examples
    --------
    >>> account_id("Zuzana Adler")
    '712020:e22cffbc-fa71-6d0e-c749-9452f37fd44f'
    """
    h = hex_id("account", name)
    return f"712020:{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def salesforce_id(prefix: str, number: int) -> str:
    """Make an id of 18 characters; the prefix names the table, such as `500` for cases.

    Examples
    --------
    >>> salesforce_id("500", 0), salesforce_id("500", 1)
    ('5005g0000000000AAA', '5005g0ZyDkYz6KhAKJ')
    """
    place = number * _SCATTER % _ROOM
    place, last = divmod(place, 62)
    text = [_DIGITS[last]]
    for _ in range(4):
        place, pair = divmod(place, 3844)
        text.append(_PAIRS[pair])
    p4, p3, p2, p1 = text[1:]
    middle, end = f"0{p1}{p2}", f"{p3}{p4}{text[0]}"
    start = prefix + _INSTANCE
    return f"{start}{middle}{end}{_check(start)}{_bits(middle)}{_bits(end)}"


def _bits(five: str) -> str:
    return _CHECK[sum(1 << place for place, char in enumerate(five) if "A" <= char <= "Z")]


_check = lru_cache(_bits)
_PAIRS = [a + b for a in _DIGITS for b in _DIGITS]
