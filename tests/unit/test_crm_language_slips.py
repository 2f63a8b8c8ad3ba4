"""Slips of the pen in a preset are errors that name what was meant."""

import pytest

from casemine.errors import InputError
from casemine.read.crm.language.parsing import parse_preset

HEAD = """
system = "desk"
title = "Desk"

[[file]]
name = "a"
title = "A"
form = "{form}"
needs = ["ticket"]
columns = {{ case = "ticket", time = "at", field = "f" }}
"""


@pytest.mark.parametrize(
    ("form", "more", "said"),
    [
        ("tickets", 'ticket = { key = "id", creatd = "at" }', "did you mean 'created'"),
        ("events", 'roles = { cas = "id" }', "unknown role 'cas'"),
        ("lookup", '[[file.lookup]]\nof = "people"\nkey = "id"\nname = "n"', "users, groups"),
    ],
)
def test_names_that_nothing_has_are_refused(form, more, said):
    with pytest.raises(InputError, match=said):
        parse_preset(HEAD.format(form=form) + more, "desk.toml")
