"""From scores to what each file is: the system first, then the kind of each file.

Files that were found together are one export, so they must be of one system: what only one system
knows says which, and what is left over is set aside by name. Nothing is decided by order or by
chance: where two kinds of export fit equally well, the user is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casemine.errors import AmbiguousError, InputError, Place, show
from casemine.model.detection import Detection, Score, Sighting
from casemine.model.intake import Note
from casemine.read.crm.language import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casemine.errors import CasemineError
    from casemine.read.crm.language.preset import FilePart, Preset
    from casemine.read.looking import Look
    from casemine.read.member import Member
    from casemine.read.tables.rawtable import RawTable

LISTED = 6  # files or kinds that a message names
LOOKUP = "lookup"  # form of files that tell of no case
LEFT_ASIDE = "files-left-aside"


@dataclass(frozen=True, slots=True)
class Known:
    """A file with the kind of export that it is."""

    member: Member
    part: FilePart
    records: str | None  # JSON and XML: path of the list of records
    table: RawTable | None  # open already, unless it is JSON or XML


@dataclass(frozen=True, slots=True)
class Detected:
    """What the members of a source are; without a preset they are to be read as they stand."""

    preset: Preset | None
    known: tuple[Known, ...] = ()  # what the preset reads, in the order of the members
    lookups: tuple[Known, ...] = ()  # what the user named for the meaning of ids
    aside: tuple[Member, ...] = ()  # found beside them and read by nothing; `notes` say so
    tables: tuple[RawTable | None, ...] = ()  # as far as opened, one for each member
    notes: tuple[Note, ...] = ()
    detection: Detection | None = None  # the same as plain values, for a report
    problem: CasemineError | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user said about presets."""

    presets: tuple[Preset, ...] | None = None  # to be tried; None: those that ship
    part: FilePart | None = None  # beside side files, of the preset that was named
    named: bool = False  # the presets are one, and must fit
    derive: bool = False  # an event log as it stands is read by its preset all the same


@dataclass(frozen=True, slots=True)
class Fit:
    """One kind of export held against one file."""

    preset: Preset
    part: FilePart
    score: Score


def fits_of(look: Look, wanted: Wanted) -> list[Fit]:
    """Hold one file against every kind of export; those that fit come first, by score."""
    presets = wanted.presets
    if look.why or (look.table is None and look.shape is None):
        return []
    if presets is None:
        presets = catalogue.likely(look.fits)
    fits = [
        _fit(look, preset, part)
        for preset in presets
        for part in preset.files
        if (wanted.part is None or part is wanted.part or part.form == LOOKUP) and look.may_be(part)
    ]
    return sorted(fits, key=lambda fit: (not fit.score.fits, -fit.score.score))


def _fit(look: Look, preset: Preset, part: FilePart) -> Fit:
    match = look.match(part)
    score = Score(
        member=look.member.name,
        system=preset.system,
        file=part.name,
        title=f"{preset.title}: {part.title}",
        matched=match.there,
        missing=match.missing,
        hints=match.hints,
        records=match.records,
    )
    return Fit(preset, part, score)


class Choice:
    """The way from scores to what each file is."""

    def __init__(
        self, looks: Sequence[Look], fits: Sequence[Sequence[Fit]], wanted: Wanted
    ) -> None:
        self.looks, self.fits, self.wanted = looks, fits, wanted
        self.fitting = [[fit for fit in each if fit.score.fits] for each in fits]
        self.best = [best_of(each) for each in self.fitting]
        places = {look.member.found_in for look in looks}  # of one place, short names are enough
        members = [look.member for look in looks]
        self.labels = [each.label if len(places) == 1 else each.name for each in members]

    def made(self) -> Detected:
        """Choose the system, then the kind of each file."""
        telling = [
            place
            for place, best in enumerate(self.best)
            if any(fit.part.form != LOOKUP for fit in best)
        ]
        if not telling:
            return self._unknown(self._misfit() if self.wanted.named else None)
        if not self.wanted.derive and all(self._stands(place) for place in telling):
            return self._as_it_stands(telling)
        systems = self._systems(telling)
        if len(systems) != 1:
            return self._unknown(self._several(systems, telling))
        return self._of_one(systems.pop())

    def _stands(self, place: int) -> bool:
        return all(fit.part.plain or fit.part.form == LOOKUP for fit in self.best[place])

    def _systems(self, telling: Sequence[int]) -> set[str]:
        """Systems that know all files best; failing that, the only one that knows all of them."""
        best = set.intersection(*({fit.preset.system for fit in self.best[n]} for n in telling))
        if best:
            return best
        all_fit = [{fit.preset.system for fit in self.fitting[n]} for n in telling]
        known = set.intersection(*all_fit)
        return known if len(known) == 1 else set()

    def _of_one(self, system: str) -> Detected:
        chosen: dict[int, Fit] = {}
        for place, fitting in enumerate(self.fitting):
            best = best_of([fit for fit in fitting if fit.preset.system == system])
            if len(best) > 1:
                return self._unknown(tie(self.looks[place], best))
            if best:
                chosen[place] = best[0]
        preset = next(fit.preset for fit in chosen.values())
        left = {
            place: self._lacking(place, preset)
            for place in range(len(self.looks))
            if place not in chosen
        }
        alone = next((n for n in left if self.looks[n].member.found_in is None), None)
        if alone is not None:
            return self._unknown(stranger(self.looks[alone], self._only(preset)))
        known = tuple(
            Known(
                self.looks[n].member, chosen[n].part, chosen[n].score.records, self.looks[n].table
            )
            for n in chosen
        )
        notes = self._left_aside(left, preset)
        return Detected(
            preset,
            known,
            aside=tuple(self.looks[n].member for n in left),
            tables=tuple(look.table for look in self.looks),
            notes=notes,
            detection=self._detection(chosen, notes, why=left),
        )

    def _unknown(self, problem: CasemineError | None, notes: tuple[Note, ...] = ()) -> Detected:
        return Detected(
            None,
            tables=tuple(look.table for look in self.looks),
            notes=notes,
            detection=self._detection({}, notes, problem=None if problem is None else str(problem)),
            problem=problem,
        )

    def _as_it_stands(self, telling: Sequence[int]) -> Detected:
        """Read logs as logs, and say that a preset would make more of them."""
        notes = []
        for place in telling:
            fit = next(fit for fit in self.best[place] if fit.part.plain)
            text = (
                f"{self.looks[place].member.name} is an export of {fit.preset.title} "
                f"({fit.part.title}) and was read as the event log that it is; "
                f"--from {fit.preset.system} derives the events from its changes"
            )
            notes.append(Note("read-as-it-stands", text))
        return self._unknown(None, tuple(notes))

    def _several(self, systems: set[str], telling: Sequence[int]) -> InputError:
        """Refuse files of different systems, or one that is equally well of several."""
        where = _place([self.looks[n] for n in telling])
        if systems:
            place = min(telling, key=lambda n: len({fit.preset.system for fit in self.best[n]}))
            return tie(self.looks[place], self.best[place])
        listed = [f"{self.labels[n]} ({self.best[n][0].preset.system})" for n in telling]
        return InputError(
            f"there are exports of different systems: {_list(listed)}",
            where=where,
            mend="name the files of one system, or name the system, such as "
            f"--from {self.best[telling[0]][0].preset.system}",
            code="several-systems",
        )

    def _misfit(self) -> InputError:
        """Refuse a source of which the preset that was named knows nothing."""
        side = next((n for n, best in enumerate(self.best) if best), None)
        if side is not None:
            fit = self.best[side][0]
            return InputError(
                f"holds {fit.part.title} of {fit.preset.title}, which tell of no case",
                where=Place(self.looks[side].member.name),
                mend="name the export too; side files alone give no log",
                code="not-this-export",
            )
        unread = next((look.error for look in self.looks if look.error is not None), None)
        if unread is not None and len(self.looks) == 1:
            return unread
        return stranger(self.looks[0], self.wanted)

    def _only(self, preset: Preset) -> Wanted:
        return replace(self.wanted, presets=(preset,))

    def _lacking(self, place: int, preset: Preset) -> str:
        """Say why a preset doesn't read a file; follows the name of the file."""
        near = _nearest(self.looks[place], self._only(preset))
        if not near:
            return self.looks[place].why
        if not near[0].score.matched:
            return "has nothing that its files need"
        return f"lacks {_shown(near[0].score.missing)} for {near[0].part.title}"

    def _left_aside(self, left: Mapping[int, str], preset: Preset) -> tuple[Note, ...]:
        if not left:
            return ()
        listed = _list([f"{self.labels[place]} {why}" for place, why in left.items()])
        files = "1 file" if len(left) == 1 else f"{len(left):,} files"
        text = f"{files} left aside, not known to the preset {preset.system}: {listed}"
        return (Note(LEFT_ASIDE, text, len(left)),)

    def _detection(
        self,
        chosen: Mapping[int, Fit],
        notes: tuple[Note, ...],
        *,
        problem: str | None = None,
        why: Mapping[int, str] | None = None,
    ) -> Detection:
        """Give the choice as plain values, for a report."""
        sightings, scores = [], []
        for place, (look, label) in enumerate(zip(self.looks, self.labels, strict=True)):
            fit = chosen.get(place)
            if fit is not None:
                system, kind = fit.preset.system, fit.part.name
                sighting = Sighting(label, look.container, system, kind, fit.score.title)
            else:
                known = "" if self.fitting[place] else "no preset knows it"
                reason = (why or {}).get(place) or look.why or known
                sighting = Sighting(label, look.container, why=reason)
            sightings.append(sighting)
            scores += [
                replace(
                    each.score,
                    member=label,
                    chosen=each is fit,
                    remark=self._remark(place, each, fit),
                )
                for each in self.fits[place]
            ]
        return Detection(tuple(sightings), tuple(scores), notes, problem)

    def _remark(self, place: int, fit: Fit, chosen: Fit | None) -> str:
        """Say why a kind that fits was not chosen."""
        if not fit.score.fits or fit is chosen:
            return ""
        if chosen is not None and fit.preset is not chosen.preset:
            return f"the files are of {chosen.preset.system}"
        if fit not in self.best[place] or chosen is not None:
            return "less specific"
        if len(self.best[place]) > 1:
            return "as good as another"
        if fit.part.plain and not self.wanted.derive:
            return "also an event log as it stands"
        return "tells of no case" if fit.part.form == LOOKUP else ""


def best_of(fits: Sequence[Fit]) -> list[Fit]:
    """Keep those with the highest score."""
    top = max((fit.score.score for fit in fits), default=0.0)
    return [fit for fit in fits if fit.score.score == top]


def tie(look: Look, fits: Sequence[Fit]) -> AmbiguousError:
    """Ask which of several kinds a file is that it fits equally well."""
    names = [fit.score.name for fit in fits]
    systems = sorted({fit.preset.system for fit in fits})
    return AmbiguousError(
        f"could be {' or '.join(f'{fit.score.name} ({fit.score.title})' for fit in fits)}",
        where=Place(look.member.name),
        mend="say which with --from " + " or ".join(systems if len(systems) > 1 else names),
        code="several-presets",
    )


def stranger(look: Look, wanted: Wanted) -> InputError:
    """Refuse a file that its only preset does not know, with what it lacks for each kind."""
    if look.error is not None:
        return look.error
    near = _nearest(look, wanted)
    lacking = "; ".join(f"{_shown(fit.score.missing)} for {fit.part.name}" for fit in near)
    system = wanted.presets[0].system if wanted.presets else ""
    why = f"missing are {lacking}" if near else look.why
    return InputError(
        f"is no export that the preset {system} knows: {why}",
        where=Place(look.member.name),
        mend="casemine columns FILE --explain shows what was looked for, and what was found",
        code="not-this-export",
    )


def _nearest(look: Look, wanted: Wanted) -> list[Fit]:
    """Kinds of export that a file does not fit, those first of which it has most."""
    fits = [fit for fit in fits_of(look, wanted) if fit.score.missing]
    return sorted(fits, key=lambda fit: len(fit.score.missing) / len(fit.part.needs))


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return ", ".join(map(show, names[:LISTED])) + more


def _place(looks: Sequence[Look]) -> Place:
    """Where several files are: the folder or archive, or else the first of them."""
    member = looks[0].member
    return Place(member.found_in or member.name)


def _list(words: Sequence[str]) -> str:
    more = f" and {len(words) - LISTED:,} more" if len(words) > LISTED else ""
    return "; ".join(words[:LISTED]) + more
