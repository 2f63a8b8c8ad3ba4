"""The command line: thin commands, and the only place that catches errors.

`casemine --help` loads click and nothing heavier; a command's module is imported when it is asked
for, and the module imports what it needs when it runs.
"""

from __future__ import annotations

from casemine.cli.frame import LazyGroup, settings_options

COMMANDS = {
    "Look into a log": {
        "inspect": "Size, period, activities, attributes, data quality.",
        "columns": "Which columns hold case, activity and time, as TOML to paste.",
        "variants": "The paths that cases take, most common first.",
        "stats": "Throughput, activities, waits, groups of cases.",
        "bottlenecks": "Where cases wait, for whom, and what is open.",
    },
    "Make a model or a picture": {
        "discover": "The process map, Petri net, BPMN or tree of a log.",
        "render": "A picture from a saved model.",
    },
    "Hold a log against its design": {
        "check": "The designed flow against the real one; the command for CI.",
        "baseline": "What is known and accepted, so that only new and worse fails.",
        "flow": "A designed flow on its own: is it sound, and what does it say?",
    },
    "Make a log": {
        "import": "Any readable file to Parquet, XES or CSV.",
        "filter": "A smaller log, and what was left out.",
        "map": "Raw events to activities of the designed flow.",
        "generate": "An invented log whose deviations are known.",
    },
    "Help": {
        "explain": "What a measure or a term means, and where it comes from.",
        "doctor": "Versions, layout engines, fonts, cache: what works here.",
        "cache": "Show or clear what was kept of files already read.",
        "completion": "Tab completion for bash, zsh or fish.",
    },
}

main = LazyGroup(
    name="casemine",
    commands_by_topic=COMMANDS,
    modules={"import": "importing", "map": "mapping"},
    aliases={"convert": "import", "info": "inspect"},
    params=settings_options(version=True),
    help="How the cases of a support organisation really flow, from what its CRM exports.",
    examples=("casemine discover sample_logs/incidents.csv -o map.svg",),
)
