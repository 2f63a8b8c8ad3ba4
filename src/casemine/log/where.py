"""The language of `--where`: from text to a tree of conditions on columns; `match.py` applies it.

    condition := column (== | != | < | <= | > | >=) value
               | column [not] in (value, value, ...)
               | column [not] (contains | startswith | endswith) text
               | column is [not] missing
               | column                                    true or false itself
               | not condition | condition and condition | condition or condition | (condition)

A column is a bare name, or any name between backquotes or square brackets. A value is text in
single or double quotes, a number, true, false, or a bare word that names no column. Nothing is
ever evaluated as Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from casemine.errors import UsageError, show

COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")
TEXT_TESTS = ("contains", "startswith", "endswith")
_MISSING = ("missing", "none", "null")
_WORDS = {"and", "or", "not", "in", "is", "true", "false", *TEXT_TESTS, *_MISSING}
_DEPTH = 100  # nested brackets; far above what anybody writes, far below Python's own limit
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | `(?P<quoted>[^`]*)`
    | \[(?P<bracketed>[^\]"'`,]*)\]
    | (?P<sign>==|!=|<=|>=|<>|=|<|>|&&|\|\||[()\[\],!&|])
    | (?P<word>[^\s"'`()\[\],<>=!&|]+)
    )""",
    re.VERBOSE,
)

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column by name, and where it stands in the expression."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that the expression names; `bare` words were written without quotes."""

    value: Value
    at: int
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column against values: by size, by `in`, or by parts of its text."""

    column: Column
    operator: str  # of COMPARISONS, TEXT_TESTS, or "in"
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class IsMissing:
    """Whether a column has no value."""

    column: Column


@dataclass(frozen=True, slots=True)
class Flag:
    """A column that is true or false itself."""

    column: Column


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of an unknown truth, unknown."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """`and`."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Either:
    """`or`."""

    left: Condition
    right: Condition


Condition = Comparison | IsMissing | Flag | Not | Both | Either


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, text, column, sign, word, end
    text: str
    at: int


def parse_where(expression: str) -> Condition:
    """Read an expression.

    Raises
    ------
    UsageError
        It does not follow the grammar; the help shows the place.

    Examples
    --------
    >>> parse_where("priority == '1 - Critical'")
    Comparison(column=Column(name='priority', at=0), operator='==',
         values=(Literal(value='1 - Critical', at=12, bare=False),))
    """
    return _Parser(expression).whole()


def fail(expression: str, at: int, message: str, mend: str | None = None) -> NoReturn:
    """Raise with the expression and a caret under the place that is wrong."""
    shown = expression.replace("\n", " ").replace("\t", " ")
    begin = max(0, at - 60)
    excerpt = shown[begin : begin + 78]
    help_lines = [mend] if mend else []
    raise UsageError(
        message,
        mend="\n".join([*help_lines, excerpt, " " * (at - begin) + "^"]),
        code="bad-where",
        value=expression,
    )


class _Parser:
    """Recursive descent over the tokens: or, and, not, one condition."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = self._split()
        self.place = 0
        self.depth = 0

    def whole(self) -> Condition:
        if self.next.kind == "end":
            fail(self.expression, 0, "--where is empty", "write a condition: priority == '1'")
        condition = self.either()
        if self.next.kind != "end":
            self.unexpected("and, or, or the end")
        return condition

    def either(self) -> Condition:
        condition = self.both()
        while self.took("or"):
            condition = Either(condition, self.both())
        return condition

    def both(self) -> Condition:
        condition = self.negation()
        while self.took("and"):
            condition = Both(condition, self.negation())
        return condition

    def negation(self) -> Condition:
        self.depth += 1
        if self.depth > _DEPTH:
            fail(self.expression, self.next.at, "--where is nested too deeply")
        if self.took("not"):
            condition: Condition = Not(self.negation())
        elif self.took("("):
            condition = self.either()
            self.expect(")")
        else:
            condition = self.single()
        self.depth -= 1
        return condition

    def single(self) -> Condition:
        column = self.column()
        token = self.next
        if self.took("is"):
            negated = self.took("not")
            if not any(self.took(word) for word in _MISSING):
                self.unexpected("missing")
            return Not(IsMissing(column)) if negated else IsMissing(column)
        if token.kind == "sign" and token.text in COMPARISONS:
            self.place += 1
            if token.text in {"==", "!="} and any(self.took(word) for word in _MISSING):
                return IsMissing(column) if token.text == "==" else Not(IsMissing(column))
            return Comparison(column, token.text, (self.value(),))
        if token.kind == "sign" and token.text in {"=", "<>"}:
            meant = "==" if token.text == "=" else "!="
            self.wrong(f"{token.text!r} is not a comparison", f"write {meant}")
        negated = self.took("not")
        for operator in ("in", *TEXT_TESTS):
            if self.took(operator):
                values = self.values() if operator == "in" else (self.value(),)
                test = Comparison(column, operator, values)
                return Not(test) if negated else test
        if negated:
            self.unexpected("in, contains, startswith or endswith")
        return Flag(column)

    def column(self) -> Column:
        token = self.next
        if token.kind == "column" or (token.kind == "word" and token.text.lower() not in _WORDS):
            self.place += 1
            return Column(token.text, token.at)
        if token.kind in {"text", "number"}:
            self.wrong(
                f"{token.text} stands where a column belongs",
                f"a column comes first, in backquotes if its name has blanks: `{_bare(token)}`",
            )
        return self.unexpected("a column")

    def value(self) -> Literal:
        token = self.next
        self.place += 1
        if token.kind == "text":
            return Literal(_unquoted(token.text), token.at)
        if token.kind == "number":
            return Literal(_number(token.text), token.at)
        if token.kind == "word" and token.text.lower() in {"true", "false"}:
            return Literal(token.text.lower() == "true", token.at)
        if token.kind == "word" and token.text.lower() not in _WORDS:
            return Literal(token.text, token.at, bare=True)
        self.place -= 1
        return self.unexpected("a value")

    def values(self) -> tuple[Literal, ...]:
        close = ")" if self.took("(") else "]" if self.took("[") else None
        if close is None:
            return self.unexpected("a list such as ('a', 'b')")
        values = [self.value()]
        while self.took(","):
            if self.next.text == close:
                break
            values.append(self.value())
        self.expect(close)
        return tuple(values)

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def took(self, text: str) -> bool:
        """Step over a sign or a word of the language, if it comes next."""
        if self.next.kind in {"sign", "word"} and self.next.text.lower() == text:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.took(text):
            self.unexpected(text)

    def unexpected(self, wanted: str) -> NoReturn:
        found = "the end" if self.next.kind == "end" else show(self.next.text)
        mend = None
        if self.next.text in {"&", "&&", "|", "||", "!"}:
            mend = "write and, or, not"
        elif (
            self.next.kind in {"word", "number"}
            and self.place
            and self.tokens[self.place - 1].kind in {"word", "number"}
        ):
            mend = "put text that has blanks into quotes"
        self.wrong(f"--where has {found} where {wanted} is expected", mend)

    def wrong(self, message: str, mend: str | None = None) -> NoReturn:
        fail(self.expression, self.next.at, message, mend)

    def _split(self) -> list[_Token]:
        tokens: list[_Token] = []
        place, end = 0, len(self.expression.rstrip())
        while place < end:
            match = _TOKEN.match(self.expression, place)
            if match is None or match.lastgroup is None:
                at = place + len(self.expression[place:]) - len(self.expression[place:].lstrip())
                fail(
                    self.expression,
                    at,
                    f"--where has {show(self.expression[at])} that never ends"
                    if self.expression[at] in "\"'`["
                    else f"--where has {show(self.expression[at])} where nothing of the kind fits",
                )
            kind, text, at = match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
            if kind == "bracketed" and tokens and tokens[-1].text.lower() == "in":
                # after `in` a square bracket opens a list of values
                tokens.append(_Token("sign", "[", at - 1))
                place = at
                continue
            if kind in {"quoted", "bracketed"}:
                kind, at = "column", at - 1
                text = text.strip() if match.lastgroup == "bracketed" else text
            tokens.append(_Token(kind, text, at))
            place = match.end()
        return [*tokens, _Token("end", "", end)]


def _unquoted(text: str) -> str:
    r"""Drop the quotes; a backslash keeps its meaning unless it stands before a quote or itself."""
    return re.sub(r"\\([\"'\\])", r"\1", text[1:-1])


def _bare(token: _Token) -> str:
    return _unquoted(token.text) if token.kind == "text" else token.text


def _number(text: str) -> int | float:
    if re.search(r"[.eE]", text) or len(text) > 18:  # 18 digits fit 64 bits
        return float(text)
    return int(text)
