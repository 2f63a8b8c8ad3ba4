"""What columns are called in the exports of CRM systems and process-mining tools.

A header is compared after `plain`: lower case, `_ - . : /` and capitals in the middle as blanks.
The number is how much the name alone says for the role, from 0 to 1; `*` stands for any words
before an ending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REPEATED = re.compile(r"\.\d+$")


@dataclass(frozen=True, slots=True)
class Named:
    """What a header's name says for a role, and in which system it is called so."""

    weight: float
    system: str | None = None


def plain(header: str) -> str:
    """Bring a header into the form in which the word lists are written.

    Examples
    --------
    >>> plain("case:concept:name"), plain("CaseNumber"), plain(" Complete_Timestamp")
    ('case concept name', 'case number', 'complete timestamp')
    """
    spaced = re.sub(r"(?<=[a-zäöüß])(?=[A-Z])", " ", header.strip().strip("\ufeff"))
    return " ".join(re.sub(r"[\W_]+", " ", spaced).casefold().split())


def named(role: str, header: str) -> Named | None:
    """Tell what a header says for a role; None where it says nothing.

    One that came twice has a number since (`time.1`) and says as much as the first.
    """
    name = plain(_REPEATED.sub("", header))
    if name in _BY_ROLE[role]:
        return _BY_ROLE[role][name]
    # pm4py puts attributes of cases as `case:name`: they are no attributes of events.
    if header.startswith("case:"):
        return None
    return next(
        (found for ending, found in _ENDINGS[role].items() if f" {name}".endswith(f" {ending}")),
        None,
    )


def of_something_else(header: str) -> bool:
    """Whether an id is one of a person or thing that many cases share, such as `Owner Id`."""
    return bool(_SHARED & set(plain(header).split()))


def bookkeeping(header: str) -> bool:
    """Whether a loader wrote the column for itself, such as `_fivetran_synced`."""
    return header.strip().casefold().startswith(("_fivetran", "_airbyte", "_dlt", "_sdc_"))


def of_case(header: str) -> bool:
    """Whether a header names an attribute of cases, as pm4py writes it."""
    return header.startswith("case:") and plain(header) != "case concept name"


_WORDS = {
    "case": """
        1.0 XES | case concept name
        0.98 | case id; case; caseid; case number; case no; case nr; case key; case identifier
        0.98 Jira | issue key; issue id
        0.98 Salesforce | case number
        0.9 ServiceNow | number; documentkey; document key; incident number; incident id
        0.95 Zendesk | ticket id; ticket number; ticket no; ticket key; conversation id
        0.8 | ticket; incident; issue; request id; request number; order id; order number; sr number
        0.8 | service id; process id; process instance; process instance id; trace id; trace; task
        0.8 | service request; service request number; purchase order; invoice id; claim id
        0.9 German | fall; fall id; fallid; fallnummer; vorgang; vorgangsnummer; vorgangs id
        0.9 German | ticketnummer
        0.8 German | auftragsnummer; auftrag; bestellnummer; antragsnummer; aktenzeichen
        0.8 German | vorgangsid; ticketnr
        0.9 French | dossier; numéro de dossier; numero de dossier; n dossier; id dossier; id cas
        0.9 French | numéro de ticket; numero de ticket; n de ticket; demande; id demande
        0.9 Spanish | caso; id caso; id de caso; número de caso; numero de caso; expediente
        0.9 Spanish | número de ticket; id ticket; id del caso; incidencia; solicitud
        0.4 OTRS | ticket; tn
        0.6 | parent id; res id; items id; objkey; thread id; conversation; key; ref; reference
        0.8 | *case id; *ticket id; *issue id
        0.5 | *number; *nr; *key; *nummer; *id; *no; *case; *caso
    """,
    "activity": """
        1.0 XES | concept name
        0.98 | activity; activity name; activity en; activity label; event name; activity type
        0.9 | event; operation; step; action; task name; step name; activity id; process step
        0.85 | event type; transition; milestone; stage; phase; ereignis
        0.9 ServiceNow | incident state
        0.75 | status; state; new status; new state; ticket status; issue status; case status
        0.75 | new value
        0.7 Salesforce | status reason
        0.98 German | aktivität; aktivitaet; arbeitsschritt; schritt; tätigkeit; vorgangsschritt
        0.75 German | zustand; bearbeitungsstatus; aktion; statuswechsel
        0.98 French | activité; activite; étape; etape; tâche; tache
        0.75 French | statut; état; etat; action; évènement; événement; evenement
        0.98 Spanish | actividad; tarea; paso; etapa
        0.75 Spanish | estado; evento; acción; accion
        0.4 | task; part type; history type; field; kind; type
        0.9 | *activity; *aktivität; *actividad
        0.6 | *state; *status; *step; *event; *task; *action; *schritt; *stage
    """,
    "time": """
        1.0 XES | time timestamp
        0.98 Disco | complete timestamp
        0.98 | timestamp; event time; eventtime; event timestamp; end timestamp; end time
        0.98 | event date
        0.98 | end date; enddate; completion time; complete time; completed at; completion date
        0.98 | time utc
        0.98 | end; finish; finish time; finished at; endtime; complete; completion
        0.9 ServiceNow | sys updated at; sys created on; sys updated on
        0.9 | date time; datetime; changed at; change date; changed on; occurred at; timestamp utc
        0.9 Salesforce | edit date; created date; last modified date
        0.85 | time; date; when; updated; updated at; created at; date created; logged at
        0.85 | event datetime
        0.8 | created; create time; created time; modified; modified at; create date; sys created at
        0.75 | timestamp instant; date mod; last updated; last update; last updated time; opened
        0.98 German | zeitstempel; zeitpunkt; endzeit; ende; enddatum; endzeitpunkt; abschluss
        0.9 German | datum; uhrzeit; geändert am; geaendert am; datum uhrzeit; änderungsdatum
        0.9 German | erstellt am
        0.98 French | horodatage; date de fin; fin; heure de fin; date fin
        0.85 French | date et heure; heure; date heure; date de modification; créé le; modifié le
        0.98 Spanish | fecha fin; fecha de fin; marca de tiempo; fin
        0.85 Spanish | fecha; fecha hora; fecha y hora; hora; fecha de modificación
        0.85 | *timestamp; *end time; *end date; *endzeit; *zeitstempel
        0.6 | *time; *date; *at; *on; *datum; *zeit; *fecha; *utc
    """,
    "start": """
        1.0 XES | start timestamp
        0.98 | start; start time; start date; started at; begin; begin time; starttime; startdate
        0.9 | begin date; started; begin timestamp; from; time start; start datetime
        0.98 German | beginn; startzeit; startdatum; anfang; startzeitpunkt; anfangszeit
        0.98 French | début; debut; date de début; date de debut; heure de début; date début
        0.98 Spanish | inicio; fecha inicio; fecha de inicio; hora de inicio
        0.9 | *start; *start time; *start date; *start timestamp; *begin; *startzeit
    """,
    "resource": """
        1.0 XES | org resource
        0.98 | resource; agent; assignee; assigned to; user; user name; username; performed by
        0.98 | performer
        0.95 | changed by; edited by; updated by; actor; author; employee; worker; operator
        0.95 | handled by
        0.9 | owner; agent name; case owner; ticket owner; assigned user; author id; user id
        0.9 | agent id
        0.8 ServiceNow | sys updated by; last modified by id; created by id; changed by id
        0.7 | created by; actor id; assignee id; staff; staff id; owner id; responsible
        0.98 German | bearbeiter; benutzer; mitarbeiter; sachbearbeiter; zuständig; ressource
        0.98 German | verantwortlich
        0.98 French | utilisateur; agent; ressource; responsable; assigné à; exécutant; auteur
        0.98 Spanish | recurso; usuario; agente; responsable; asignado a; empleado
        0.8 | *resource; *agent; *assignee
        0.5 | *user; *by; *owner
    """,
    "group": """
        1.0 XES | org group
        0.98 ServiceNow | assignment group
        0.98 | group; team; support group; assigned group; queue; department; workgroup; group name
        0.8 | org role; role; support section; group id; team id; queue id; unit; division
        0.8 | group value
        0.98 German | gruppe; team; abteilung; warteschlange; bearbeitergruppe; supportgruppe
        0.98 French | groupe; équipe; equipe; service; département; file
        0.98 Spanish | grupo; equipo; departamento; cola
        0.7 | *group; *team; *queue; *department
    """,
    "lifecycle": """
        1.0 XES | lifecycle transition
        0.98 | lifecycle; life cycle; transition; event type; eventtype; transaction type
        0.98 | event state
        0.9 | event; type; state; status; phase; lebenszyklus
        0.8 | *transition; *lifecycle
    """,
}


_SHARED = frozenset(
    plain(
        """
        requester reporter owner assignee assigned contact author user customer caller client
        account actor
        organization organisation company staff agent employee created updated modified changed by
        team group queue dept department brand schedule category type source field policy product
        article message comment subtype stage status state variant record parent chat kunde
        cliente sla definition phone serial version
        """
    ).split()
)


def _read_words(*, endings: bool) -> dict[str, dict[str, Named]]:
    """Read the lists, either the whole names or the endings; what stands first counts."""
    table: dict[str, dict[str, Named]] = {}
    for role, lines in _WORDS.items():
        names = table.setdefault(role, {})
        for line in lines.strip().splitlines():
            head, _, listed = line.partition("|")
            weight, _, system = head.strip().partition(" ")
            for name in map(str.strip, listed.split(";")):
                if name.startswith("*") == endings:
                    names.setdefault(plain(name), Named(float(weight), system.strip() or None))
    return table


_BY_ROLE = _read_words(endings=False)
_ENDINGS = _read_words(endings=True)
