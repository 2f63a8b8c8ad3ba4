"""Each export tells the story again: read back by small readers that know only the system's form.

They are written for this test and share nothing with the importers of casemine, which have tests
of their own against the same story.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from casemine.generate import GenerateOptions, generate
from casemine.generate.dialects import DIALECTS, tell, write_dialect

ZONE = "Europe/Vienna"
KINDS = {
    "state": "status", "assigned_to": "assign", "assignment_group": "group",
    "assignee": "assign", "Support Group": "group", "assignee_id": "assign", "group_id": "group",
    "Status": "status", "Priority": "priority", "Support_Group__c": "group",
    "Link": "merge", "MasterRecord": "merge", "status": "status", "priority": "priority",
}  # fmt: skip


def table(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def document(path):
    return json.loads(path.read_text("utf-8"))


def seconds(text):
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def read_servicenow(folder):
    incidents = document(folder / "incident_table.json")["result"]
    number = {one["sys_id"]["value"]: one["number"]["value"] for one in incidents}
    names = {one["sys_id"]: one["name"] for one in table(folder / "sys_user.csv")}
    people = {one["user_name"]: one["name"] for one in table(folder / "sys_user.csv")}
    groups = {one["sys_id"]: one["name"] for one in table(folder / "sys_user_group.csv")}
    labels = {
        "state": {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed"},
        "priority": {
            "1": "1 - Critical", "2": "2 - High", "3": "3 - Moderate", "4": "4 - Low",
        },
        "assigned_to": names,
        "assignment_group": groups,
    }  # fmt: skip
    found = defaultdict(list)
    for one in incidents:
        found[one["number"]["value"]].append(
            (seconds(one["sys_created_on"]["value"]), "create", None, "New", None, None)
        )
    for row in table(folder / "sys_audit.csv"):
        field, actor = row["fieldname"], people.get(row["user"], row["user"])
        actor = {"system": "System"}.get(actor, actor)
        found_here = found[number[row["documentkey"]]]
        moment = seconds(row["sys_created_on"])
        if field in {"comments", "work_notes"}:
            assert row["oldvalue"] == "JOURNAL FIELD ADDITION"
            public = field == "comments"
            found_here.append((moment, "comment", None, row["newvalue"], actor, public))
        elif field in labels:
            old, new = (labels[field].get(row[key]) for key in ("oldvalue", "newvalue"))
            found_here.append((moment, KINDS[field], old, new, actor, None))
    return found


def read_jira(folder):
    found = defaultdict(list)
    for issue in document(folder / "search.json")["issues"]:
        fields = issue["fields"]
        here = found[issue["key"]]
        here.append(
            (seconds(fields["created"]), "create", None, "Open",
             fields["creator"]["displayName"], None)
        )  # fmt: skip
        events = []
        for history in issue["changelog"]["histories"]:
            for place, item in enumerate(history["items"]):
                if item["field"] != "resolution":
                    events.append((
                        int(history["id"]), place, seconds(history["created"]),
                        KINDS[item["field"]], item["fromString"], item["toString"],
                        history["author"]["displayName"], None,
                    ))  # fmt: skip
        for comment in fields["comment"]["comments"]:
            (paragraph,) = comment["body"]["content"]
            text = "".join(node["text"] for node in paragraph["content"])
            who, public = comment["author"]["displayName"], comment["jsdPublic"]
            moment = seconds(comment["created"])
            events.append((int(comment["id"]), 0, moment, "comment", None, text, who, public))
        here += [event[2:] for event in sorted(events, key=lambda event: event[:2])]
    return found


def read_zendesk(folder):
    lookup = document(folder / "users_groups.json")
    names = {str(one["id"]): one["name"] for kind in lookup.values() for one in kind}
    names |= {"-1": "System"}
    found = defaultdict(list)
    for audit in document(folder / "ticket_audits.json")["audits"]:
        here = found[str(audit["ticket_id"])]
        moment, who = seconds(audit["created_at"]), names[str(audit["author_id"])]
        types = [event["type"] for event in audit["events"]]
        if "Create" in types:
            here.append((moment, "create", None, "new", who, None))
            continue
        if [e.get("value") for e in audit["events"]][-1] == ["closed_by_merge"]:
            target = audit["events"][0]["body"].split("#")[1].split(" ")[0]
            here.append((moment, "merge", None, target, who, None))
            continue
        for event in audit["events"]:
            if event["type"] == "Comment":
                here.append((moment, "comment", None, event["body"], who, event["public"]))
            else:
                old, new = (names.get(v, v) for v in (event["previous_value"], event["value"]))
                here.append((moment, KINDS[event["field_name"]], old, new, who, None))
    return found


def read_salesforce(folder):
    people = {one["Id"]: one["Name"] for one in table(folder / "User.csv")}
    ids = set(people) | {one["Id"] for one in table(folder / "Group.csv")}
    queues = {one["Name"] for one in table(folder / "Group.csv")}
    number = {one["Id"]: one["CaseNumber"] for one in table(folder / "Case.csv")}
    found = defaultdict(list)
    for row in table(folder / "CaseHistory.csv"):
        here, moment = found[number[row["CaseId"]]], seconds(row["CreatedDate"])
        who, old, new = people[row["CreatedById"]], row["OldValue"], row["NewValue"]
        if row["Field"] == "created":
            here.append((moment, "create", None, "New", who, None))
        elif row["Field"] == "Owner":
            if new not in ids:
                old, new = (None if value in queues else value for value in (old, new))
                here.append((moment, "assign", old, new, who, None))
        else:
            here.append((moment, KINDS[row["Field"]], old or None, new, who, None))
    for row in table(folder / "CaseComment.csv"):
        found[number[row["ParentId"]]].append(
            (seconds(row["CreatedDate"]), "comment", None, row["CommentBody"],
             people[row["CreatedById"]], row["IsPublished"] == "true")
        )  # fmt: skip
    for row in table(folder / "EmailMessage.csv"):
        found[number[row["ParentId"]]].append(
            (seconds(row["MessageDate"]), "comment", None, row["TextBody"], row["FromName"], True)
        )
    return {case: sorted(changes, key=lambda one: one[0]) for case, changes in found.items()}


def read_freshdesk(folder):
    labels = {4: "Urgent", 3: "High", 2: "Medium", 1: "Low"}
    found, now = defaultdict(list), {}
    for one in document(folder / "ticket_activities.json")["activities_data"]:
        day, month, rest = one["performed_at"].split("-", 2)
        moment = seconds(f"{rest[:4]}-{month}-{day}{rest[4:13]}")
        case, activity = str(one["ticket_id"]), dict(one["activity"])
        if activity.pop("new_ticket", False):
            now[case] = {
                "status": "Open", "group": activity["group"], "agent_id": None,
                "priority": labels[activity["priority"]],
            }  # fmt: skip
            found[case].append((moment, "create", None, "Open", None, None))
            continue
        for field, value in activity.items():
            if field == "note":
                found[case].append((moment, "comment", None, None, None, value["type"] == 1))
            elif field == "merge_ticket_target":
                found[case].append((moment, "merge", None, str(value["target"]), None, None))
            else:
                new = labels[value] if field == "priority" else value
                kind = {"agent_id": "assign"}.get(field, field)
                found[case].append((moment, kind, now[case][field], new, None, None))
                now[case][field] = new
    return found


def read_otrs(folder):
    types = {
        "NewTicket": "create", "StateUpdate": "status", "OwnerUpdate": "assign", "Move": "group",
        "PriorityUpdate": "priority", "Merged": "merge",
    }  # fmt: skip
    with (folder / "ticket_history.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    assert [int(row["id"]) for row in rows] == list(range(1, len(rows) + 1))
    found = defaultdict(list)
    for row in rows:
        parts = row["name"].split("%%")[1:]
        kind = types.get(row["history_type"], "comment")
        old, new = {
            "create": lambda p: (None, p[3]),
            "status": lambda p: (p[0], p[1]),
            "assign": lambda p: (None, p[0]),
            "group": lambda p: (p[2], p[0]),
            "priority": lambda p: (p[0], p[2]),
            "merge": lambda p: (None, p[3]),
            "comment": lambda p: (None, None),
        }[kind](parts)
        public = row["history_type"] != "AddNote" if kind == "comment" else None
        local = datetime.fromisoformat(row["create_time"]).replace(tzinfo=ZoneInfo(ZONE))
        found[row["ticket_id"]].append((int(local.timestamp()), kind, old, new, None, public))
    return found


READERS = {
    "freshdesk": read_freshdesk,
    "otrs": read_otrs,
    "servicenow": read_servicenow,
    "jira": read_jira,
    "zendesk": read_zendesk,
    "salesforce": read_salesforce,
}


@pytest.fixture(scope="module")
def made():
    rates = {"skipped": 0.1, "inserted": 0.1, "swapped": 0.1, "repeated": 0.1, "ping-pong": 0.1}
    return generate(GenerateOptions(cases=400, seed=11, zone=ZONE, rates=rates))


def test_there_is_a_reader_for_each_dialect():
    assert set(READERS) == set(DIALECTS)


@pytest.mark.parametrize("name", READERS)
def test_an_export_tells_the_whole_story(made, tmp_path, name):
    dialect = DIALECTS[name]
    write_dialect(made, name, tmp_path / "export")

    found = READERS[name](tmp_path / "export")

    tickets = list(tell(made))
    assert set(found) == {dialect.case(ticket.number) for ticket in tickets}
    for ticket in tickets:
        shown = [(c, lost) for c, lost in dialect.shown(ticket) if c.kind != "sla"]
        read = found[dialect.case(ticket.number)]
        assert len(read) == len(shown), dialect.case(ticket.number)
        for (change, lost), (moment, kind, old, new, actor, public) in zip(
            shown, read, strict=True
        ):
            assert (moment, kind, public) == (change.time, change.kind, change.public)
            assert "old" in lost or old == change.old
            assert "new" in lost or new == change.new
            assert "actor" in lost or actor == change.actor


@pytest.mark.parametrize("name", READERS)
def test_every_loss_is_one_that_happens(made, name):
    dialect = DIALECTS[name]
    changes = [change for ticket in tell(made) for change in ticket.changes]

    for loss in dialect.cannot_show:
        assert any(loss.concerns(change) for change in changes), loss
        assert loss.why


def test_milestones_and_slas_stand_for_the_clocks(made, tmp_path):
    for name in ("servicenow", "salesforce"):
        write_dialect(made, name, tmp_path / name)
    slas = table(tmp_path / "servicenow" / "task_sla.csv")
    milestones = table(tmp_path / "salesforce" / "CaseMilestone.csv")

    for ticket, sla, milestone in zip(tell(made), slas, milestones, strict=True):
        solve, reply = ticket.solve_clock, ticket.reply_clock
        assert sla["has_breached"] == str(solve.breached).lower()
        assert seconds(sla["planned_end_time"]) == solve.due
        assert (sla["end_time"] and seconds(sla["end_time"])) == (solve.stop or "")
        assert milestone["IsViolated"] == str(reply.breached).lower()
        assert seconds(milestone["TargetDate"]) == reply.due
        assert milestone["IsCompleted"] == str(reply.stop is not None).lower()
