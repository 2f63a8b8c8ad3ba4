"""Zendesk's audits: who is a customer here may be an agent there."""

import json

from casemine.read import read_log

ADA, BEN = 11, 12
NAMES = {ADA: "Ada", BEN: "Ben"}
USERS = {"users": [{"id": n, "name": name, "role": "agent"} for n, name in NAMES.items()]}


def audit(number, author, *events):
    return {
        "id": number,
        "ticket_id": 7,
        "created_at": f"2026-10-25T00:{number:02}:00Z",
        "author_id": author,
        "metadata": {"system": {}},
        "events": [{"id": number * 100 + at, **event} for at, event in enumerate(events)],
        "via": {"channel": "web"},
    }


def test_an_agent_who_asks_is_the_customer_of_that_ticket(tmp_path):
    first = {"subject": "Help", "status": "new", "requester_id": str(ADA), "assignee_id": None}
    audits = [
        audit(1, ADA, *({"type": "Create", "field_name": f, "value": v} for f, v in first.items())),
        audit(2, BEN, {"type": "Comment", "author_id": BEN, "body": "Which?", "public": True}),
        audit(3, ADA, {"type": "Comment", "author_id": ADA, "body": "This.", "public": True}),
    ]
    (tmp_path / "audits.json").write_text(json.dumps({"audits": audits}), encoding="utf-8")
    (tmp_path / "users.json").write_text(json.dumps({**USERS, "groups": []}), encoding="utf-8")

    log = read_log(tmp_path)

    told = zip(
        *(log.events.column(name).to_pylist() for name in ("activity", "resource", "actor_type")),
        strict=True,
    )
    assert list(told) == [
        ("Created", "Ada", "customer"),
        ("Public reply", "Ben", "agent"),
        ("Customer reply", "Ada", "customer"),
    ]


def test_replicated_tables_tell_the_creation_once_and_old_values(tmp_path):
    tables = {
        "history": "ticket_id,field_name,updated,value,user_id,_fivetran_synced\n"
        "7,status,2026-01-05 09:00:00,new,1,x\n7,priority,2026-01-05 09:00:00,low,1,x\n"
        "7,status,2026-01-05 10:00:00,open,2,x\n7,status,2026-01-05 11:00:00,open,2,x\n"
        "7,priority,2026-01-05 12:00:00,high,2,x\n",
        "tickets": "id,created_at,submitter_id,requester_id,assignee_id,via_channel,status\n"
        "7,2026-01-05 09:00:00,1,1,,web,open\n",
        "users": "id,name,email,role,_fivetran_synced\n1,Ada,a@x,end-user,x\n2,Ben,b@x,agent,x\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")

    log = read_log(tmp_path)

    columns = ("activity", "resource", "actor_type", "old", "new")
    assert [tuple(row[name] for name in columns) for row in log.events.to_pylist()] == [
        ("Created", "Ada", "customer", None, "new"),
        ("Status: open", "Ben", "agent", "new", "open"),
        ("Priority raised", "Ben", "agent", "low", "high"),
    ]
