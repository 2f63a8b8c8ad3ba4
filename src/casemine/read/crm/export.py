"""The files of one export, from raw rows to an event log, with the account of it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from casemine.errors import AmbiguousError, InputError, Place, show
from casemine.log.arrays import from_numpy
from casemine.log.columns import ACTIVITY, CASE, GROUP, RESOURCE, ROW, SEQ, TIME, TIMESTAMP
from casemine.log.eventlog import EventLog
from casemine.model.intake import Intake, Note
from casemine.read.crm.actors import with_actor_types
from casemine.read.crm.carry import with_groups, with_old_values
from casemine.read.crm.changes import Coded, Outcome, changes_of
from casemine.read.crm.changeset import Changes, in_order
from casemine.read.crm.creation import with_creation
from casemine.read.crm.duplicates import with_details, without_repeats
from casemine.read.crm.lookups import Lookups, coded
from casemine.read.crm.milestones import melted
from casemine.read.crm.naming import named, renamed
from casemine.read.crm.rawrows import stays_text
from casemine.read.crm.snapshots import differences
from casemine.read.crm.tickets import Tickets, case_table, merged, tickets_of
from casemine.read.crm.words import Words
from casemine.read.quarantine import WHOLE_ROW, Quarantine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casemine.read.crm.preset import Preset
    from casemine.read.crm.rawrows import RawFile, RawRows
    from casemine.read.options import ReadOptions


def log_of(files: Sequence[RawFile], preset: Preset, options: ReadOptions) -> EventLog:
    """Make one event log of the files of an export.

    Parameters
    ----------
    files : sequence of RawFile
        All of one system; at least one tells events.
    preset : Preset
        How they are read.

    Returns
    -------
    EventLog
        With the columns of a CRM log; its notes account for every row that is no event of its own.

    Raises
    ------
    InputError
        A row cannot be used (unless `on_error` is "skip"), or no event is left.
    AmbiguousError
        Files in UTC stand beside files in local time, and the zone is not said.
    """
    return _Export(files, preset, options).log()


@dataclass(slots=True)
class _Export:
    files: Sequence[RawFile]
    preset: Preset
    options: ReadOptions
    words: Words = field(default_factory=Words)
    notes: list[Note] = field(default_factory=list)
    lookups: Lookups = field(init=False)

    def log(self) -> EventLog:
        self.files = self._chosen()
        self.lookups = Lookups(self.words, self.preset.same_id)
        rows, tickets = self._coded()
        history = any(each.part.tells == "history" for _, each in rows)
        outcomes: list[tuple[int, Outcome]] = []
        happened = 0  # files and takes one after another, at one time
        for number, each in rows:
            for made in self._engine(each, history=history):
                made.changes = made.changes.with_(seq=made.changes.seq + happened)
                happened += int(made.changes.seq.max(initial=happened)) - happened + 1
                outcomes.append((number, made))
        quarantine = self._quarantine(outcomes)
        parts = [outcome.changes for _, outcome in outcomes]
        changes = Changes.together(parts) if parts else Changes.blank(0)
        self._check_zones(outcomes, tickets)
        return self._composed(changes, merged(tickets), outcomes, quarantine)

    def _chosen(self) -> list[RawFile]:
        """Of histories that tell the same in other words, take the first in the preset."""
        histories = [each for each in self.files if each.part.tells == "history"]
        labels = {(each.part.history or each.part.name) for each in histories}
        if len(labels) < 2:
            return list(self.files)
        order = [part.history or part.name for part in self.preset.files]
        best = min(labels, key=order.index)
        kept = []
        for each in self.files:
            if each.part.tells == "history" and (each.part.history or each.part.name) != best:
                text = (
                    f"{show(Path(each.place.name).name)} ({each.part.title}) tells the same "
                    f"changes as {show(best)} and is not read; name it alone to read it"
                )
                self.notes.append(Note("history-told-twice", text, each.records))
            else:
                kept.append(each)
        return kept

    def _coded(self) -> tuple[list[tuple[int, Coded]], list[Tickets]]:
        """Number all texts of all files at once."""
        slots: list[tuple[RawRows, str]] = []
        for each in self.files:
            groups = [raw for _, raw in each.takes]
            groups += [each.ticket] if each.ticket is not None else []
            groups += [raw for _, raw in each.lookups]
            for raw in groups:
                slots += [(raw, name) for name in raw.columns if not stays_text(name)]
        numbered = self.words.encode([raw.columns[name] for raw, name in slots])
        found: dict[int, dict[str, np.ndarray]] = {}  # type: ignore[type-arg]
        for (raw, name), codes in zip(slots, numbered, strict=True):
            found.setdefault(id(raw), {})[name] = codes
        rows: list[tuple[int, Coded]] = []
        tickets: list[Tickets] = []
        before = actions = 0
        for number, each in enumerate(self.files):
            self.notes += each.notes
            for take, raw in each.takes:
                columns = dict(found.get(id(raw), {}))
                nothing = np.full(len(raw.records), -1, np.int32)
                columns.setdefault("case", nothing)
                texts = {name: c for name, c in raw.columns.items() if stays_text(name)}
                coded_rows = Coded(
                    take=take,
                    part=each.part,
                    place=each.place,
                    columns=columns,
                    texts=texts,
                    records=raw.records,
                    before=before,
                    first_action=actions << 53,  # ids are smaller
                )
                actions += 1
                rows.append((number, coded_rows))
            if each.ticket is not None:
                made, notes = tickets_of(
                    each.ticket,
                    found.get(id(each.ticket), {}),
                    part=each.part,
                    place=each.place,
                    before=before,
                    options=self.options,
                )
                tickets.append(made)
                self.notes += notes
            before += each.records
        for each in self.files:
            for spec, raw in each.lookups:
                columns = found.get(id(raw), {})
                keys = [columns[n] for n in columns if n.startswith("key ")]
                self.lookups.add(spec.of, keys, columns["name"], columns.get("type"))
        return rows, tickets

    def _engine(self, rows: Coded, *, history: bool) -> list[Outcome]:
        """Send rows through the engine of their form."""
        source = self.preset.source
        if rows.part.form == "snapshots":
            changed, silent = differences(rows, self.words, self.options)
            outcome = changes_of(changed, self.words, self.options, source=source)
            outcome.silent = silent
            return [self._first_created(outcome, rows)]
        if rows.part.milestones:
            if history and rows.part.tells == "tickets":
                return []
            return [
                changes_of(each, self.words, self.options, source=source)
                for each in melted(rows, self.words)
            ]
        if rows.part.form in {"tickets", "lookup"} or not rows.take.columns:
            return []
        outcome = changes_of(rows, self.words, self.options, source=source)
        return [self._first_created(outcome, rows)]

    def _first_created(self, outcome: Outcome, rows: Coded) -> Outcome:
        """Take the first status of each case for its creation, where the preset says so."""
        if rows.take.first != "created" or not len(outcome.changes):
            return outcome
        changes = in_order(outcome.changes)
        mine = np.flatnonzero(changes.kind == self.words.code("status"))
        fresh = np.ones(len(mine), np.bool_)
        fresh[1:] = changes.case[mine][1:] != changes.case[mine][:-1]
        kind = changes.kind.copy()
        kind[mine[fresh]] = self.words.code("create")
        outcome.changes = changes.with_(kind=kind)
        return outcome

    def _quarantine(self, outcomes: Sequence[tuple[int, Outcome]]) -> Quarantine:
        """Set aside what cannot be used, or refuse."""
        places = [each.place for each in self.files]
        quarantine = Quarantine(places)  # type: ignore[arg-type]
        for number, each in enumerate(self.files):
            for record, value, reason in each.bad:
                quarantine.add(
                    number, np.array([record]), [value], column=WHOLE_ROW, reason=reason
                )
        mend = None
        for number, outcome in outcomes:
            for records, values, column, reason, time in outcome.faults:
                quarantine.add(number, records, values, column=column, reason=reason, time=time)
                mend = mend or (outcome.mend if time else None)
        if self.options.quarantine_to is not None:
            quarantine.write(self.options.quarantine_to)
        if len(quarantine) and self.options.on_error == "fail":
            raise quarantine.error(self._rows_in(outcomes), mend=mend)
        return quarantine

    def _rows_in(self, outcomes: Sequence[tuple[int, Outcome]]) -> int:
        bad = sum(len(each.bad) for each in self.files)
        return sum(outcome.rows + outcome.silent for _, outcome in outcomes) + bad

    def _check_zones(
        self, outcomes: Sequence[tuple[int, Outcome]], tickets: Sequence[Tickets]
    ) -> None:
        """Refuse to mix instants with local times of an unknown zone."""
        if self.options.tz is not None:
            return
        told = [outcome for _, outcome in outcomes if len(outcome.changes)]
        local = [each.local for each in (*told, *tickets)]
        if any(local) and not all(local):
            files = [each for each in self.files if each.part.zone != "UTC"]
            raise AmbiguousError(
                "has local times without a zone, beside files in UTC",
                where=Place(files[0].place.name if files else self.files[0].place.name),
                mend="--tz names the zone of the user who exported it, such as Europe/Berlin",
                code="zone-open",
            )

    def _composed(
        self,
        changes: Changes,
        tickets: Tickets | None,
        outcomes: Sequence[tuple[int, Outcome]],
        quarantine: Quarantine,
    ) -> EventLog:
        words, preset = self.words, self.preset
        within = int(preset.within_s * 1_000_000)
        changes, tickets, truncated = self._cases(changes, tickets)
        told = changes.old >= 0
        changes = self._resolved(changes)
        if tickets is not None:
            tickets = self._resolved_tickets(tickets)
        changes, repeats = without_repeats(changes, words, within=within)
        changes, folded = with_details(changes, words, within=within)
        origins = with_creation(changes, words, tickets, truncated=truncated)
        changes = origins.changes
        told = changes.old >= 0
        changes = with_old_values(changes, words, origins.initial, told=told)
        changes, same = self._only_changes(changes, outcomes)
        changes = with_groups(changes, words, origins.initial["group"])
        changes = with_actor_types(changes, words, preset, self.lookups, origins.customer)
        activity, kept = renamed(
            changes, named(changes, words, preset), words, self.options.activity_from
        )
        dropped = int(np.count_nonzero(~kept))
        joined = {
            "repeats": (repeats, "rows repeat another row of the same action"),
            "details": (folded, "rows are details of another change of the same action"),
            "creation": (origins.part_of, "rows tell of the creation again"),
            "no-change": (same, "rows change nothing"),
            "silent": (
                sum(outcome.silent for _, outcome in outcomes),
                "rows change none of the fields that make events",
            ),
            "noise": (
                sum(outcome.ignored for _, outcome in outcomes),
                "rows are of fields that the preset passes over",
            ),
            "not-named": (dropped, "events have no activity by --activity-from and are left out"),
        }
        unknown: dict[str, int] = {}
        for _, outcome in outcomes:
            self.notes += outcome.notes
            for kind, count in outcome.unknown.items():
                unknown[kind] = unknown.get(kind, 0) + count
        log_changes = changes.take(kept)
        if not len(log_changes):
            raise InputError(
                "holds no event", where=Place(self.files[0].place.name), code="no-rows"
            )
        return self._finished(
            log_changes, activity[kept], tickets, joined, unknown, origins, quarantine, outcomes
        )

    def _cases(
        self, changes: Changes, tickets: Tickets | None
    ) -> tuple[Changes, Tickets | None, np.ndarray]:  # type: ignore[type-arg]
        """Give cases the number by which people know them, where a list of tickets tells it."""
        cut = self.lookups.cut
        case = cut(changes.case)
        truncated = cut(
            self.words.codes([name for each in self.files for name in each.truncated])
        )
        if tickets is None:
            return changes.with_(case=case), None, truncated
        key, number = cut(tickets.key), tickets.values["number"]
        shown = np.where(number >= 0, number, key)
        table = np.arange(len(self.words) + 1, dtype=np.int32)
        table[key] = shown
        table[-1] = -1
        known = np.zeros(len(self.words) + 1, np.bool_)
        known[key] = known[shown] = True
        lost = np.unique(case[(case >= 0) & ~known[case]])
        if len(lost):
            text = (
                f"{len(lost):,} cases, such as {show(self.words.text(int(lost[0])))}, are not in "
                "the list of tickets: they keep their ids and have no creation of their own"
            )
            self.notes.append(Note("cases-not-listed", text, len(lost)))
        tickets = Tickets(
            shown.astype(np.int32),
            tickets.created,
            tickets.row,
            tickets.values,
            tickets.attributes,
            tickets.local,
        )
        return changes.with_(case=table[case]), tickets, table[truncated]

    def _resolved(self, changes: Changes) -> Changes:
        """Put names for ids and words for codes in old and new values."""
        words = self.words
        old, new, group = changes.old, changes.new, changes.group
        names = words.texts(words.used(changes.field).astype(np.int32))
        for name in names:
            assert name is not None
            mine = changes.field == words.code(name)
            codes = self.preset.codes.get(name, {})
            if codes:
                table = coded(words, codes)
                self.lookups.names.setdefault(f"codes {name}", {}).update(table)
            for column in ("old", "new"):
                values = old if column == "old" else new
                values = self._named(values, name, mine)
                old, new = (values, new) if column == "old" else (old, values)
        group = self._named(group, "group", np.ones(len(group), np.bool_))
        return changes.with_(old=old, new=new, group=group)

    def _named(self, values: np.ndarray, name: str, mine: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        table = self.preset.codes.get(name)
        if table:
            changed = self.words.replaced(values[mine], table)
            values = values.copy()
            values[mine] = changed
        return self.lookups.resolved(values, name, mine)

    def _resolved_tickets(self, tickets: Tickets) -> Tickets:
        everything = np.ones(len(tickets), np.bool_)
        values = dict(tickets.values)
        for name in ("status", "assignee", "group", "priority"):
            values[name] = self._named(values[name], name, everything)
        return Tickets(
            tickets.key,
            tickets.created,
            tickets.row,
            values,
            tickets.attributes,
            tickets.local,
        )

    def _only_changes(
        self, changes: Changes, outcomes: Sequence[tuple[int, Outcome]]
    ) -> tuple[Changes, int]:
        """Leave out rows that set what is set already, where the preset says so."""
        if not any(outcome.changes_only for _, outcome in outcomes):
            return changes, 0
        stateful = np.isin(
            changes.kind, self.words.codes(["status", "assign", "group", "priority"])
        )
        same = stateful & (changes.old == changes.new)
        return changes.take(~same), int(np.count_nonzero(same))

    def _finished(
        self,
        changes: Changes,
        activity: np.ndarray,  # type: ignore[type-arg]
        tickets: Tickets | None,
        joined: dict[str, tuple[int, str]],
        unknown: dict[str, int],
        origins: object,
        quarantine: Quarantine,
        outcomes: Sequence[tuple[int, Outcome]],
    ) -> EventLog:
        words = self.words
        public = changes.public
        table = pa.table(
            {
                CASE: words.encoded(changes.case),
                ACTIVITY: words.encoded(activity),
                TIME: from_numpy(changes.time, TIMESTAMP),
                ROW: from_numpy(changes.row),
                SEQ: from_numpy(changes.seq),
                RESOURCE: words.encoded(changes.actor),
                "actor_type": words.encoded(changes.actor_type),
                GROUP: words.encoded(changes.group),
                "kind": words.encoded(changes.kind),
                "field": words.encoded(changes.field),
                "old": words.encoded(changes.old),
                "new": words.encoded(changes.new),
                "public": pa.array(public == 1, pa.bool_(), mask=public < 0),
                "detail": words.encoded(changes.detail),
            }
        )
        added = origins.added  # type: ignore[attr-defined]
        notes = [
            Note("system", f"exported from {self.preset.title} ({self.preset.system})"),
            *(
                Note(f"rows-{code}", f"{count:,} {text}", count)
                for code, (count, text) in joined.items()
                if count
            ),
        ]
        if added:
            text = f"{added:,} creations are made from the tickets' creation times"
            notes.append(Note("creations-added", text, added))
        if origins.without:  # type: ignore[attr-defined]
            count = origins.without  # type: ignore[attr-defined]
            text = (
                f"{count:,} cases have no creation: this export does not tell it; a list of the "
                "tickets beside it would"
            )
            notes.append(Note("no-creation", text, count))
        if unknown:
            listed = ", ".join(
                f"{show(kind)} ({count:,})" for kind, count in sorted(unknown.items())[:8]
            )
            count = sum(unknown.values())
            text = f"{count:,} rows are of kinds that the preset does not know: {listed}"
            notes.append(Note("rows-unknown", text, count))
        truncated = sum(len(each.truncated) for each in self.files)
        if truncated:
            text = (
                f"{truncated:,} cases have a history that the system has cut: events are missing, "
                "and what their fields were at first is not known"
            )
            notes.append(Note("history-truncated", text, truncated))
        part_of = sum(joined[code][0] for code in ("repeats", "details", "creation"))
        passed = sum(
            joined[code][0] for code in ("no-change", "silent", "noise", "not-named")
        ) + sum(unknown.values())
        intake = Intake(
            rows_read=self._rows_in(outcomes),
            rows_joined=part_of,
            rows_passed=passed,
            rows_added=added,
            rejects=quarantine.groups(),
            notes=tuple(dict.fromkeys([*notes, *self.notes, *self.lookups.notes()])),
        )
        source = Path(self.files[0].place.name).name
        if len(self.files) > 1:
            source += f" and {len(self.files) - 1} more"
        return EventLog.ordered(
            table,
            source=source,
            intake=intake,
            case_table=case_table(words, changes.case, tickets),
        )

