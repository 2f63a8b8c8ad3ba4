"""Every command on a small log: exit code, standard output and standard error together."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from importlib.resources import files

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from casemine.cli import main

SCHEMAS = files("casemine.report") / "schemas"
HEADER = "ticket,activity,time,priority,agent\n"
ROWS = [
    ("1", "New", "2026-05-13T09:00:00Z", "high", "ann"),
    ("1", "Open", "2026-05-13T10:00:00Z", "high", "bob"),
    ("1", "Closed", "2026-05-14T10:00:00Z", "high", "bob"),
    ("2", "New", "2026-05-20T09:00:00Z", "low", "ann"),
    ("2", "Closed", "2026-05-20T09:30:00Z", "low", "ann"),
    ("3", "New", "2026-06-01T09:00:00Z", "low", ""),
    ("3", "Open", "2026-06-02T09:00:00Z", "low", "bob"),
    ("3", "Open", "2026-06-03T09:00:00Z", "low", "ann"),
    ("3", "Closed", "2026-06-03T09:00:00Z", "low", "ann"),
    ("4", "New", "2026-06-05T09:00:00Z", "low", "ann"),
    ("4", "Closed", "2026-06-05T09:20:00Z", "low", "ann"),
]
CSV = HEADER + "".join(",".join(row) + "\n" for row in ROWS)
ON_A_LOG = ["inspect", "variants", "stats", "discover"]
MODELS = ["dfg", "petri", "bpmn", "tree"]


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder of its own with the log `log.csv` in it."""
    (tmp_path / "log.csv").write_text(CSV)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str, **kwargs):
    return CliRunner().invoke(main, list(args), **kwargs)


def data_of(*args: str, schema: str | None = None):
    """Run with -f json, hold the output against its schema, and return the data."""
    result = run(*args, "-f", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    name = found["schema"].removeprefix("casemine/").replace("/", "-")
    assert schema is None or name == f"{schema}-1"
    check(found, name)
    return found["data"]


def check(found, name: str) -> None:
    Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text())).validate(found)


def test_every_schema_that_ships_is_a_schema():
    names = [entry.name for entry in SCHEMAS.iterdir()]

    assert len(names) >= 12
    for name in names:
        Draft202012Validator.check_schema(json.loads((SCHEMAS / name).read_text()))


def test_inspect_gives_the_facts_of_the_contract():
    found = data_of("inspect", "log.csv", schema="inspect")

    assert found.pop("findings")
    assert found.pop("not_evaluated")
    assert found == {
        "cases": 4,
        "events": 11,
        "activities": 3,
        "variants": 3,
        "first": "2026-05-13T09:00:00+00:00",
        "last": "2026-06-05T09:20:00+00:00",
        "rows_read": 11,
        "rows_quarantined": 0,
        "tied_events": 2,
    }


def test_inspect_for_people_shows_attributes_and_doubts():
    result = run("inspect", "log.csv")

    assert result.stdout.startswith("log: 4 cases, 11 events, 3 activities, 3 variants\n")
    assert "priority" in result.stdout
    assert "- 2 events (18.2 %) share case and time with a neighbour" in result.stdout
    assert result.stderr.startswith("log: 11 rows read, all used\n")


def test_variants_come_by_falling_cases_then_trace():
    found = data_of("variants", "log.csv", schema="variants")

    assert found == [
        {"trace": ["New", "Closed"], "cases": 2, "share": 0.5, "median_s": 1500.0, "p90_s": 1740.0},
        {
            "trace": ["New", "Open", "Closed"],
            "cases": 1,
            "share": 0.25,
            "median_s": 90000.0,
            "p90_s": 90000.0,
        },
        {
            "trace": ["New", "Open", "Open", "Closed"],
            "cases": 1,
            "share": 0.25,
            "median_s": 172800.0,
            "p90_s": 172800.0,
        },
    ]


def test_variants_shows_the_top_and_says_how_many_more_there_are():
    result = run("variants", "log.csv", "--top", "1")

    assert "3 variants in 4 cases; the top 1 cover 50.0 %" in result.stdout
    assert "2 more variants: --top 3 shows all" in result.stdout
    assert "New>Clo" in result.stdout


def test_discover_gives_the_graph_of_the_contract():
    found = data_of("discover", "log.csv", "--as", "dfg", schema="dfg")

    assert found["starts"] == {"New": 4}
    assert found["ends"] == {"Closed": 4}
    assert found["activities"][0] == {"name": "Closed", "events": 4, "cases": 4}
    edges = {(edge["from"], edge["to"]): edge for edge in found["edges"]}
    assert edges["New", "Closed"]["count"] == 2
    assert edges["New", "Closed"]["median_s"] == 1500.0
    assert edges["Open", "Open"]["cases"] == 1


def test_data_hold_every_path_unless_fewer_are_asked_for(desk):
    pairs = [
        f"{case},{a},2026-05-13T09:00:0{i}Z\n"
        for case, trace in enumerate([f"A{n} B{m}".split() for n in range(10) for m in range(10)])
        for i, a in enumerate(trace)
    ]
    (desk / "wide.csv").write_text("case,activity,time\n" + "".join(pairs))

    whole = data_of("discover", "wide.csv")
    fewer = data_of("discover", "wide.csv", "--max-edges", "70")

    assert len(whole["edges"]) == 100
    assert len(fewer["edges"]) < 100


@pytest.mark.parametrize("kind", MODELS)
def test_every_kind_of_model_is_data_and_files_and_a_picture(kind, desk):
    own = {"dfg": ".dot", "petri": ".pnml", "bpmn": ".bpmn", "tree": ".ptml"}[kind]

    data = data_of("discover", "log.csv", "--as", kind, schema=kind)
    result = run(
        "discover", "log.csv", "--as", kind, "-o", "m.svg", "-o", "m.json", "-o", "m" + own
    )

    assert result.exit_code == 0, result.output
    assert (desk / "m.svg").read_text().rstrip().endswith("</svg>")
    saved = json.loads((desk / "m.json").read_text())
    check(saved, f"{kind}-1")
    assert saved["data"] == data
    assert (desk / f"m{own}").stat().st_size > 0
    for name in ("m.svg", "m.json", f"m{own}"):
        assert f"wrote {name}\n" in result.stderr


@pytest.mark.parametrize("kind", MODELS)
def test_a_saved_model_can_be_drawn(kind, desk):
    run("discover", "log.csv", "--as", kind, "-o", "m.json")

    result = run("render", "m.json", "-o", "again.svg")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "</svg>" in (desk / "again.svg").read_text()


def test_the_ending_of_the_output_says_the_kind_of_model(desk):
    result = run("discover", "log.csv", "-o", "model.bpmn")

    assert result.exit_code == 0, result.output
    assert "definitions" in (desk / "model.bpmn").read_text()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("-o", "a.bpmn", "-o", "b.pnml"), "several kinds of model"),
        (("--as", "tree", "-o", "a.pnml"), "--as petri makes .pnml"),
        (("-o", "map.html"), "known endings: .svg"),
        (("-o", "map"), "no ending"),
        (("--min-activity-cases", "99"), "no activity has at least 99 cases"),
        (("--activities", "120%"), "--activities: '120%' is not a share"),
        (("--timeout", "soon"), "'soon' is not a span of time"),
        (("--since", "yesterday"), "'yesterday' is not a day or time"),
        (("--memory-limit", "much"), "'much' is not a size"),
        (("--followed-by", "New"), "'New' is not a pair of activities"),
        (("--tz", "Mars/Base", "--since", "2026-01-01"), "Mars/Base"),
        (("--case", "tickt"), "ticket"),
        (("--drop-activity", "Opn"), "Open"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error_that_helps(args, words):
    result = run("discover", "log.csv", *args)

    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_fewer_activities_join_their_neighbours():
    found = data_of("discover", "log.csv", "--min-activity-cases", "4")

    assert [(edge["from"], edge["to"], edge["count"]) for edge in found["edges"]] == [
        ("New", "Closed", 4)
    ]


def test_a_filtered_picture_says_so(desk):
    run("discover", "log.csv", "--drop-activity", "Open", "-o", "map.svg")

    assert "without Open" in (desk / "map.svg").read_text()


def test_stats_compares_groups_of_cases():
    found = data_of("stats", "log.csv", "--by", "priority", schema="stats")

    assert [(group["value"], group["cases"]) for group in found["groups"]] == [
        ("low", 3),
        ("high", 1),
    ]
    assert found["repeating_cases"] == 1
    assert sum(found["histogram"]["cases"]) == 4
    assert found["weeks"] == {
        "first_monday": "2026-05-11",
        "started": [1, 1, 0, 2],
        "ended": [1, 1, 0, 2],
    }


def test_stats_by_an_attribute_of_events_takes_the_last_value_of_the_case():
    found = data_of("stats", "log.csv", "--by", "resource")

    assert {group["value"]: group["cases"] for group in found["groups"]} == {"ann": 3, "bob": 1}


def test_stats_by_something_unknown_names_what_is_near():
    result = run("stats", "log.csv", "--by", "priorty")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "'priority'" in result.stderr


@pytest.mark.parametrize("command", ON_A_LOG)
@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv", "tsv", "md"])
def test_every_form_of_every_result_can_be_read_back(command, form):
    result = run(command, "log.csv", "-f", form)

    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("\n")
    if form == "json":
        json.loads(result.stdout)
    if form == "ndjson":
        assert all(json.loads(line) for line in result.stdout.splitlines())
    if form in {"csv", "tsv"}:
        rows = list(
            csv.reader(io.StringIO(result.stdout), delimiter="\t" if form == "tsv" else ",")
        )
        assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("command", ["inspect", "variants", "stats", "columns"])
@pytest.mark.parametrize("ending", ["txt", "json", "ndjson", "csv", "tsv", "md"])
def test_the_ending_of_an_output_decides_its_form(command, ending, desk):
    form = "table" if ending == "txt" else ending
    shown = run(command, "log.csv", "-f", form).stdout

    result = run(command, "log.csv", "-o", f"report.{ending}")

    assert (result.exit_code, result.stdout) == (0, "")
    assert (desk / f"report.{ending}").read_text(encoding="utf-8") == shown
    assert f"wrote report.{ending}\n" in result.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("-o", "log.csv"), 2, "is an input"),
        (("-o", "report.pdf"), 2, "known endings: .txt .json"),
        (("-o", "nowhere/report.md"), 3, "there is no folder 'nowhere'"),
    ],
)
def test_a_report_is_not_written_where_it_should_not_be(args, code, words, desk):
    result = run("stats", "log.csv", *args)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert (desk / "log.csv").read_text() == CSV


@pytest.mark.parametrize("command", ON_A_LOG)
def test_a_log_without_times_shows_dashes_not_zeros(command, desk):
    (desk / "untimed.csv").write_text("case,activity\n1,A\n1,B\n2,A\n")

    result = run(command, "untimed.csv")
    data = run(command, "untimed.csv", "-f", "json")

    assert (result.exit_code, data.exit_code) == (0, 0), result.output
    assert "0 s" not in result.stdout
    name = json.loads(data.stdout)["schema"].removeprefix("casemine/").replace("/", "-")
    check(json.loads(data.stdout), name)


@pytest.mark.parametrize("command", ON_A_LOG)
def test_filters_that_leave_nothing_over_end_well(command):
    result = run(command, "log.csv", "--min-events", "99")

    assert result.exit_code == 0, result.output
    assert "the filters leave nothing over" in result.stderr


def test_columns_shows_evidence_and_toml_that_can_be_used(desk):
    found = data_of("columns", "log.csv", schema="columns")
    toml = run("columns", "log.csv", "--toml").stdout
    (desk / "casemine.toml").write_text(toml)

    assert found["toml"] == toml
    assert 'case = "ticket"' in toml
    assert run("inspect", "log.csv").exit_code == 0
    assert "* ticket" in run("columns", "log.csv").stdout


def test_filter_writes_what_is_left_and_says_what_is_not(desk):
    result = run("filter", "log.csv", "--where", 'priority == "low"', "-o", "low.csv")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "filter: " in result.stderr
    assert "1 case and 3 events left out" in result.stderr
    assert data_of("inspect", "low.csv")["cases"] == 3


def test_filter_pipes_into_the_next_command():
    first = run("filter", "log.csv", "--top-variants", "1", "-o", "-")

    second = run("variants", "-", "-f", "json", input=first.stdout)

    assert first.exit_code == 0
    assert [v["cases"] for v in json.loads(second.stdout)["data"]] == [2]


def test_filters_stand_in_the_envelope():
    result = run("variants", "log.csv", "--eventually", "New>Open", "-f", "json")

    filters = json.loads(result.stdout)["filters"]
    assert [(f["cases_left_out"], f["events_left_out"]) for f in filters["applied"]] == [(2, 4)]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".xes", ".xes.gz", ".parquet"])
def test_import_writes_every_kind_of_log_so_that_it_reads_back(ending):
    result = run("import", "log.csv", "-o", f"out{ending}")

    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert f"wrote out{ending}: 11 events" in result.stderr
    assert data_of("variants", f"out{ending}") == data_of("variants", "log.csv")


def test_convert_is_another_word_for_import():
    assert run("convert", "log.csv", "-o", "out.parquet").exit_code == 0


@pytest.mark.parametrize("command", [("filter",), ("import",), ("discover",)])
def test_an_input_is_not_replaced_unless_forced(command, desk):
    target = "log.csv" if command != ("discover",) else "log.dot"
    if command == ("discover",):
        (desk / "log.dot").write_text(CSV)

    refused = run(*command, target, "-o", target)
    content = (desk / target).read_text()

    assert refused.exit_code == 2
    assert "is an input" in refused.stderr
    assert content == CSV
    if command != ("discover",):
        assert run(*command, target, "-o", target, "--force").exit_code == 0


def test_nothing_is_written_into_a_folder_that_is_not_there():
    result = run("discover", "log.csv", "-o", "nowhere/map.svg")

    assert result.exit_code == 3
    assert "there is no folder 'nowhere'" in result.stderr


def test_rows_left_out_are_counted_and_listed(desk):
    (desk / "bad.csv").write_text(
        CSV + "5,New,31/02/2026,low,ann\n,New,2026-06-05T09:20:00Z,low,x\n"
    )

    failed = run("inspect", "bad.csv")
    skipped = run("inspect", "bad.csv", "--on-error", "skip", "--quarantine", "q.csv", "-f", "json")

    assert (failed.exit_code, failed.stdout) == (3, "")
    assert failed.stderr.startswith("casemine: bad.csv:1")
    found = json.loads(skipped.stdout)
    assert found["data"]["rows_quarantined"] == 2
    assert sum(group["count"] for group in found["input"]["rejects"]) == 2
    assert "13 rows read, 11 used, 2 left out" in skipped.stderr
    assert len((desk / "q.csv").read_text().splitlines()) == 3


def test_events_of_xes_that_are_left_out_are_listed_like_rows_of_tables(desk):
    name = '<string key="concept:name" value="A"/>'
    event = f'<event>{name}<date key="time:timestamp" value="{{}}"/></event>'
    trace = event.format("2026-01-01T00:00:00Z") + event.format("yesterday")
    (desk / "bad.xes").write_text(
        f'<log><trace><string key="concept:name" value="x1"/>{trace}</trace></log>'
    )

    result = run("inspect", "bad.xes", "--on-error", "skip", "--quarantine", "q.csv")

    assert result.exit_code == 0, result.output
    assert "1 row left out" in result.stderr
    listed = (desk / "q.csv").read_text().splitlines()
    assert listed[1] == "bad.xes,1,time:timestamp,yesterday,is not a time"


def test_quiet_says_nothing_but_the_result():
    result = run("variants", "log.csv", "-q")

    assert result.stderr == ""
    assert "3 variants" in result.stdout


def test_a_missing_file_is_an_input_error():
    result = run("inspect", "nothing.csv")

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "casemine: nothing.csv: no such file\n"


def test_generate_writes_a_log_and_its_truth_the_same_each_time(desk):
    for name in ("a.csv", "b.csv"):
        result = run("generate", "--cases", "60", "--seed", "5", "-o", name)
        assert (result.exit_code, result.stdout) == (0, ""), result.output

    assert (desk / "a.csv").read_bytes() == (desk / "b.csv").read_bytes()
    assert (desk / "a.truth.csv").read_bytes() == (desk / "b.truth.csv").read_bytes()
    assert data_of("inspect", "a.csv")["cases"] == 60


def test_generate_pipes_into_the_next_command():
    made = run("generate", "--cases", "30", "-q")

    result = run("inspect", "-", "-f", "json", input=made.stdout)

    assert json.loads(result.stdout)["data"]["cases"] == 30


@pytest.mark.parametrize(
    "args",
    [
        ("--deviation", "lost=3%"),
        ("--deviation", "late"),
        ("--start", "soon"),
        ("--tz", "Mars/Base"),
    ],
)
def test_generate_refuses_what_makes_no_sense(args):
    result = run("generate", *args)

    assert (result.exit_code, result.stdout) == (2, "")


def test_explain_doctor_and_cache_are_data_too():
    assert data_of("explain", "p90", schema="explain")[0]["term"] == "p90"
    assert data_of("explain", schema="explain")
    assert "layout" in data_of("doctor", schema="doctor")
    assert data_of("cache", schema="cache")["freed"] == 0
    assert data_of("cache", "clear", schema="cache")["bytes"] == 0


def test_an_error_for_machines_fits_its_schema():
    result = run("inspect", "nothing.csv", "-f", "json")

    check(json.loads(result.stderr.splitlines()[-1]), "error-1")


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    "words", [["inspect"], ["variants"], ["discover"], ["stats", "--by", "resource"]], ids=" ".join
)
def test_counting_loads_neither_pm4py_nor_wasmtime(words, form):
    code = (
        "import sys\n"
        "from casemine.cli import main\n"
        "try:\n    main([*sys.argv[1:]])\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        "assert not {'pm4py', 'wasmtime'} & set(sys.modules), 'heavy'\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, words[0], "log.csv", *words[1:], "-f", form],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


# -- configuration ------------------------------------------------------------------------------


def test_the_file_the_environment_and_the_command_line_win_in_this_order(desk):
    (desk / "two.csv").write_text(
        "k,a,b,c,time\n1,X,Y,Z,2026-01-01T00:00Z\n1,X2,Y2,Z2,2026-01-02T00:00Z\n"
    )
    (desk / "casemine.toml").write_text('[log]\ncase = "k"\nactivity = "a"\n')

    def first(*args, **env):
        result = run("variants", "two.csv", "-f", "json", *args, env=env)
        return json.loads(result.stdout)["data"][0]["trace"][0]

    assert first() == "X"
    assert first(CASEMINE_ACTIVITY="b") == "Y"
    assert first("--activity", "c", CASEMINE_ACTIVITY="b") == "Z"


def test_another_file_can_be_named(desk):
    (desk / "other.toml").write_text('[log]\nmissing = ["ann"]\n[render]\nmax_edges = 1\n')

    named = data_of("stats", "log.csv", "--by", "resource", "-c", "other.toml")
    without = data_of("stats", "log.csv", "--by", "resource")

    assert {group["value"] for group in named["groups"]} == {"bob", None}
    assert {group["value"] for group in without["groups"]} == {"ann", "bob"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[lgo]\ncase = "x"', "there is no section [lgo]; did you mean 'log'?"),
        ('[log]\nactivty = "x"', "there is no key 'activty' in [log]; did you mean 'activity'?"),
        ("[log]\ncase = 3", "case in [log] is 3, not text"),
        ('[log]\nmissing = "?"', "missing in [log] is '?', not a list of texts"),
        ("[log]\ncase = ", "is not TOML"),
        ('[log]\non_error = "ignore"', "'ignore' is not one of fail, skip"),
    ],
)
def test_a_configuration_that_means_nothing_is_a_usage_error(content, words, desk):
    (desk / "casemine.toml").write_text(content)

    result = run("inspect", "log.csv")

    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_configuration_that_is_not_there_is_a_usage_error():
    result = run("inspect", "log.csv", "-c", "nothing.toml")

    assert result.exit_code == 2
    assert "nothing.toml" in result.stderr


# -- harmless output ----------------------------------------------------------------------------

NASTY = "Ev\x1b[2Jil\x07\u202e<b>|=cmd"


@pytest.fixture
def nasty(desk):
    """A log whose names would drive a terminal."""
    rows = [f"{case},{NASTY},2026-01-01T00:00Z,{NASTY}\n" for case in "123"]
    rows += [f"{case},B,2026-01-02T00:00Z,{NASTY}\n" for case in "123"]
    text = f"case,activity,time,{NASTY}\n" + "".join(rows)
    (desk / "nasty.csv").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("nasty")
@pytest.mark.parametrize("form", ["table", "json", "ndjson", "md"])
@pytest.mark.parametrize("command", [*ON_A_LOG, "columns"])
def test_nothing_in_the_data_reaches_a_terminal_raw(command, form):
    result = run(command, "nasty.csv", "-f", form)

    assert result.exit_code == 0, result.output
    assert not set(result.output) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.usefixtures("nasty")
@pytest.mark.parametrize("command", [*ON_A_LOG, "columns"])
def test_with_colours_only_our_own_escapes_are_written(command):
    result = run(command, "nasty.csv", "--color", "always")

    assert result.exit_code == 0
    assert "\x1b[2J" not in result.output
    assert "\x07" not in result.output


@pytest.mark.usefixtures("nasty")
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("args", [("-f", "csv"), ("--color", "never"), ()])
def test_on_a_terminal_csv_is_harmless_too(args):
    shown = on_terminal("variants", "nasty.csv", *args)

    assert "Ev\\x1b[2Jil\\x07" in shown
    assert "\x1b[2J" not in shown
    assert "\x07" not in shown


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_chevrons_and_a_hint():
    shown = on_terminal("discover", "log.csv")

    assert "▶" in shown
    assert "next: casemine discover log.csv -o map.svg" in shown


def on_terminal(*args: str) -> str:
    """Run in a pseudo-terminal of 100 columns and return all that it shows."""
    import pty

    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="40")
        os.execv(sys.executable, [sys.executable, "-m", "casemine", *args])
    shown = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(fd)
    os.waitpid(pid, 0)
    return shown.decode("utf-8")


def test_what_a_written_log_could_not_hold_is_told(desk):
    rows = "1,=SUM(A1),2026-05-13T09:00:00Z\n1,Open,2026-05-13T10:00:00Z\n"
    (desk / "formula.csv").write_text("case,activity,time\n" + rows)

    for target in ("out.csv", "-"):
        result = run("import", "formula.csv", "-o", target)

        assert result.exit_code == 0, result.output
        assert "note: 1 cell that a spreadsheet could take for formulas" in result.stderr


@pytest.mark.parametrize("kind", ["petri", "bpmn"])
def test_activities_that_a_model_leaves_out_are_named(desk, kind):
    often = "".join(
        f"{n},{what},2026-05-13T{9 + k:02}:00:00Z\n"
        for n in range(20)
        for k, what in enumerate(("New", "Open", "Closed"))
    )
    rare = "99,Odd,2026-05-13T09:00:00Z\n"
    (desk / "rare.csv").write_text("case,activity,time\n" + often + rare)

    result = run("discover", "rare.csv", "--as", kind, "--miner", "heuristics", "-f", "json")

    assert result.exit_code == 0, result.output
    assert "leaves out 1 activity: 'Odd' (1 event in 1 case)" in result.stderr


def test_a_map_says_the_period_under_its_title(desk):
    run("discover", "log.csv", "-o", "map.svg")
    run("discover", "log.csv", "--starts-with", "New", "--since", "2026-05-15", "-o", "part.svg")

    assert "4 cases · 11 events · 2026-05-13 to 2026-06-05" in (desk / "map.svg").read_text()
    assert "3 cases · 8 events · 2026-05-20 to 2026-06-05 · only" in (desk / "part.svg").read_text()
