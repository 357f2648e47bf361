"""``check``: what is wrong with the blog, and what to do about it."""

import json
import sys
import typing as t
from functools import partial

import click
from flask import Flask

from ..data.checkup import run
from ..data.checkup.run import Check
from ..db import database_command
from ..db import describe
from ..findings import Finding
from ..findings import Findings
from ..findings import State
from ..findings import unknown
from ..findings import wrong
from ..web import machine
from ..web import proxy_check

# What is looked at before the database, which may be missing.
OF_MACHINE = (
    Check("configuration", machine.check_configuration),
    Check("file modes", machine.check_files, machine.repair_files),
    Check("free disk", machine.check_disk),
    Check("open files", machine.check_limits),
)

# The status of a worker with which gunicorn gives up.
GUNICORN_BOOT_ERROR = 3

Mend = t.Callable[[], object]
Results = list[tuple[Check, Findings]]


def find_all(url: str | None) -> Results:
    """What all checks find, from the machine to the proxy."""
    results = [(check, run.look_alone(check)) for check in OF_MACHINE]
    results += run.run(note_progress)
    proxy = Check("proxy", lambda: proxy_check.check(url))
    note_progress("")
    return [*results, (proxy, run.look_alone(proxy))]


def note_progress(name: str) -> None:
    """Tell a terminal what is looked at."""
    if shows_progress():
        click.echo(f"\r\x1b[K{name and f'Checking: {name} …'}", err=True, nl=False)


def shows_progress() -> bool:
    """Whether somebody waits at a terminal."""
    return sys.stderr.isatty()


def show(results: Results) -> None:
    """Print a line for each finding, and what to do below."""
    for check, findings in results:
        for finding in findings:
            click.echo(
                f"{finding.state.upper():<11}  {check.name}: {escape(finding.found)}"
            )

            if finding.advice:
                click.echo(f"{'':<11}  → {escape(finding.advice)}")


def escape(text: str) -> str:
    """A text as a terminal can show it, in one line."""
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}"
        for character in text
    )


def list_states(results: Results) -> list[State]:
    """How bad each finding is."""
    return [finding.state for _, findings in results for finding in findings]


def to_json(results: Results, database: str | None, repaired: list[str]) -> str:
    """All that was found as one document.

    :param database: which one, if it is known
    """
    states = list_states(results)
    return json.dumps(
        {
            "ok": State.WRONG not in states,
            "database": database,
            "counts": {state.value: states.count(state) for state in State},
            "repaired": repaired,
            "checks": [
                {
                    "name": check.name,
                    "state": finding.state.value,
                    "found": finding.found,
                    "do": finding.advice,
                    "can_repair": finding.can_repair,
                }
                for check, findings in results
                for finding in findings
            ],
        },
        indent=2,
    )


def find_repairs(results: Results, tried: set[str]) -> Results:
    """The checks that can mend something that was found, and what; but not again."""
    found = [
        (check, [finding for finding in findings if finding.can_repair])
        for check, findings in results
        if check.name not in tried and check.repair
    ]
    return [(check, findings) for check, findings in found if findings]


def repair_all(todo: Results, yes: bool, say: t.Callable[[str], object]) -> list[str]:
    """Mend what was found; return the names of the checks that did."""
    done = []

    for check, found in todo:
        removes = [finding for finding in found if finding.removes]

        if removes and not may_remove(removes, yes):
            say(f"{check.name}: nothing was removed. To remove these rows, add --yes.")
        elif problem := run.repair(t.cast(Mend, check.repair), bool(removes)):
            say(f"{check.name}: not repaired. {escape(problem)}")
        else:
            done.append(check.name)
            say(f"{check.name}: repaired.")

    return done


def may_remove(found: list[Finding], yes: bool) -> bool:
    """Whether whoever runs this wants rows to go, which a script says with --yes."""
    if yes or not is_terminal():
        return yes

    for finding in found:
        click.echo(escape(finding.found), err=True)

    return click.confirm("Remove these rows", err=True)


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for scripts.")
@click.option("--repair", is_flag=True, help="Rebuild what can be rebuilt, then look.")
@click.option(
    "--yes", is_flag=True, help="Remove rows that refer to nothing: don't ask."
)
@click.option("--url", help="Ask the running blog there, through its proxy.")
@database_command
def check_command(as_json: bool, repair: bool, yes: bool, url: str | None) -> None:
    """Say what is wrong with the blog, and what to do about it.

    Without --repair, nothing is changed, and it can run beside the server. It exits
    with 1 if something is wrong; warnings don't count. What somebody wrote is never
    removed. For example: flask --app flaskr check --json
    """
    results = find_all(url)
    repaired: list[str] = []
    tried: set[str] = set()
    say = partial(click.echo, err=as_json)

    # What is mended may show what else is wrong.
    while repair and (todo := find_repairs(results, tried)):
        repaired += repair_all(todo, yes, say)
        tried |= {check.name for check, _ in todo}
        results = find_all(url)

    if as_json:
        click.echo(to_json(results, describe(), repaired))
    else:
        show(results)
        summarize(results)

    if State.WRONG in list_states(results):
        raise SystemExit(1)


def summarize(results: Results) -> None:
    """Say in a line how it is."""
    states = list_states(results)
    wrong, warnings = states.count(State.WRONG), states.count(State.WARNING)
    click.echo(
        f"{describe()}: {wrong} wrong, {warnings} to think about."
        if wrong or warnings
        else f"{describe()}: all is well."
    )


def refuse_to_start(reason: str, place: str) -> SystemExit:
    """What ends a start, with the reason and the place to mend. The script that runs
    ``check --json`` is told here: without an app, there is no command that could."""
    is_asked = {"check", "--json"} <= {*sys.argv[1:]}

    if is_asked and click.get_current_context(silent=True):
        configuration = Check("configuration", list)
        advice = f"Mend this, and run this again: {place}"
        results = [
            (configuration, [wrong(reason, advice)]),
            (Check("the rest", list), [unknown("Without settings, nothing was.")]),
        ]
        click.echo(to_json(results, None, []))

    sentence = f"Flaskr can’t start. {reason} ({place})"

    if "gunicorn" in sys.modules:
        # It would start its workers again, many times a second, without an end.
        click.echo(sentence, err=True)
        return SystemExit(GUNICORN_BOOT_ERROR)

    return SystemExit(sentence)


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(check_command)
