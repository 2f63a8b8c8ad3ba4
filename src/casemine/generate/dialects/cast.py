"""Who takes part and what they say: invented names, subjects and sentences.

They hold what breaks careless readers: quotes, commas, semicolons, line ends, markup, entities,
accents, letters outside Latin-1, and a text beyond 255 characters.
"""

from __future__ import annotations

# By the first letter of a login
_FIRST_NAMES = tuple(
    """
    Anaïs Björn Céline Dušan Émile Françoise Gökhan Håkon İpek Józef Kateřina László Måns Nuño
    Øystein Petra Quirin René Søren Tereza Úrsula Věra Wiebke Xenia Yvonne Zuzana
    """.split()  # noqa: SIM905 - a word list reads better than a list of quoted words
)
_CUSTOMER_FIRST = tuple(
    """
    Amélie Bartosz Carla Dorothée Edgar Fatoumata Grégoire Hélène Ilse Jürg Kirsi Łucja Marek Noëlle
    Oskar Pilar Ragnhild Štěpán
    """.split()  # noqa: SIM905
)
_CUSTOMER_LAST = (
    "O'Brien", "Weiß", "Núñez", "de la Cruz", "Åkesson", "Smith-Jones", "D'Amico", "Çelik",
    'van "Ivo" Dijk', "Kröger",
)  # fmt: skip

SUBJECTS = {
    "Access": ("Cannot log in since Monday", "Account locked; again", 'Role "Auditor" is missing'),
    "Email": (
        "Mails to <sales> bounce",
        "Shared mailbox, no new mail",
        "Signature shows ??? for ü",
    ),
    "Network": ("VPN drops every 10 minutes", "Wi-Fi slow on floor 2", "DNS: portal not found"),
    "Laptop": ("Battery & charger: no power", "Screen stays black", "Fan is loud, 24/7"),
    "CRM": ("Error 502 on save", "Report totals differ; see below", 'Button "Export" does nothing'),
    "Printing": ("Printer jams, tray 2", "Toner empty", "Prints € as ¤"),
    "Database": ("Query takes > 5 min", "Disk 95% full", "Nightly job failed: ORA-01555"),
    "Telephony": ("Headset, no sound", "Calls end after 30 s", "Voicemail full"),
}

SENTENCES: dict[str, tuple[str, ...]] = {
    "ask": (
        "Which device is it, and since when?",
        "Please send us:\n- the exact message\n- the time\n\nThank you",
        'Does it say "access denied", or something else?',
    ),
    "answer": (
        "It is the one in room 3; since yesterday, 14:00.",
        "It says &quot;timeout&quot; &amp; nothing else, <b>really</b>",
        "See above…",
        "No idea, sorry 🙂",
    ),
    "solve": (
        "This should work again – please try.",
        "Solved: we have reset it.\nKind regards\nYour service desk",
        "Done; settings are now \"A\", 'B' and C\\D.",
        (
            "We found the cause in the settings of the server that hands out addresses: two of "
            "them had been given the same range, so that some devices answered for others now and "
            "then, which looked like a broken line. The range is split, the devices were told to "
            "ask again, and we have watched it for an hour without a fault. If it comes back, "
            "please answer to this mail."
        ),
    ),
    "fulfil": ("Your request is fulfilled.", "It is on its way, tracking no. 00-4711"),
    "thanks": ("Works, thank you!", "Perfekt, danke schön", "ok"),
    "complain": ("Sorry, it is back again :(", "Not solved! Same error as before, see #1"),
    "inform": (
        "We are still on it, next update at 16:00.",
        "News: the supplier has been informed.",
    ),
    "cancel": ("Closed, as it is no longer needed.", "Withdrawn by the user; no action."),
    "knowledge": ("Knowledge base searched: KB0001207 looks alike", "KB: nothing found"),
    "diagnosis": (
        "Analysis: cause narrowed down, log attached",
        "Cannot be reproduced; will watch",
    ),
    "supplier": ("Waiting for the supplier, ETA Friday, 10:00", "Passed on to a specialist"),
    "documented": ("Documentation checked: complete", "Documentation checked, one step added"),
    "classified": ("Classification checked",),
    "corrected": ("Record corrected: topic was wrong",),
    "findings": ("Findings noted in the knowledge base",),
    "authorized": ("Authorization by the line manager: given",),
    "major": ("MAJOR INCIDENT declared; bridge is open",),
    "escalated": ("Escalated: head of support informed",),
    "problem": ("Problem record PRB0040021 raised",),
    "afterwards": ("Typo in the notes mended",),
    "split": ("Second topic split off",),
    "forwarded": ("Forwarded to facility management",),
}


def agent_name(login: str) -> str:
    """Spell out the name of an agent; other logins give other names.

    Examples
    --------
    >>> agent_name("h.bauer"), agent_name("h2.bauer")
    ('Håkon Bauer', 'Håkon B. Bauer')
    """
    initial, _, surname = login.partition(".")
    first = _FIRST_NAMES[ord(initial[0]) - ord("a")]
    again = initial[1:]  # a number where all initials are taken
    middle = f" {_letters(int(again))}." if again else ""
    return f"{first}{middle} {surname.capitalize()}"


def customer_name(number: int) -> str:
    """Give a customer's name; the first 90 differ.

    Examples
    --------
    >>> customer_name(0), customer_name(17)
    ("Amélie O'Brien", 'Štěpán Çelik')
    """
    first = _CUSTOMER_FIRST[number % len(_CUSTOMER_FIRST)]
    return f"{first} {_CUSTOMER_LAST[number % len(_CUSTOMER_LAST)]}"


def _letters(number: int) -> str:
    """Count A, B, ..., Z, AA, AB, ... from 1."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("A") + place) + text
    return text
