"""People, as whoever runs the blog sees them from the command line."""

import json
import os
from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import gettext as _

from ..data import moderation
from ..data import reasons
from ..data import renaming
from ..data import roles
from ..data import suspensions
from ..data import users
from ..data.roles import Role
from ..db import database_command
from ..db import Row
from ..db import transaction
from ..text import names

# People that are read in one go.
CHUNK = 1000


@click.group("user", cls=AppGroup)
def user_commands() -> None:
    """List people, and say who may do what.

    For example: flask --app flaskr user list
    """


def find_user(name: str) -> Row:
    """The user of a name.

    :raise ClickException: if there is none
    """
    name = read_argument(name)
    user = users.find(name)

    if user is None:
        raise click.ClickException(
            f"There is no account {show_name(name)}."
            " To see all: flask --app flaskr user list"
        )

    return user


def read_argument(text: str) -> str:
    """A text of the command line in UTF-8, whatever the locale of the terminal says."""
    return os.fsencode(text).decode("utf-8", "replace")


def show_name(name: str) -> str:
    """A name as a terminal can show it, in one line."""
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}"
        for character in name
    )


def find_all() -> Iterator[Row]:
    """Yield everybody whose account is not closed."""
    after = 0

    while found := roles.find_people(after, CHUNK):
        yield from found
        after = found[-1]["id"]


@user_commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each.")
@database_command
def list_command(as_json: bool) -> None:
    """List everybody who has an account, in the order of joining.

    For example: flask --app flaskr user list --json
    """
    for person in find_all():
        facts = {
            "name": person["username"],
            "role": roles.read(person["role"]).value,
            "suspended": person["suspended"],
            "posts": person["posts"],
            "comments": person["comments"],
            "last_seen": person["last_seen"],
        }

        if as_json:
            click.echo(json.dumps(facts))
        else:
            since = facts["suspended"]
            state = f", suspended {since}" if since else ""
            click.echo(
                f"{show_name(facts['name'])}  {facts['role']}{state}"
                f"  posts: {facts['posts']}  comments: {facts['comments']}"
                f"  last seen: {facts['last_seen'] or 'logged in nowhere'}"
            )


@user_commands.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@database_command
def role_command(name: str, role: str) -> None:
    """Give somebody another role, from their next request on.

    Owners may do all; editors may change, take back, delete and restore what anybody
    wrote; authors write posts of their own; readers comment and like. For example:
    flask --app flaskr user role alice editor
    """
    user = find_user(name)

    try:
        roles.change(user["id"], Role(role))
    except roles.LastOwner:
        raise refuse_last_owner(user) from None

    click.echo(f"{show_name(user['username'])}: {role}.")


@user_commands.command("suspend")
@click.argument("name")
@click.option("--reason", required=True, help="What the person is told.")
@database_command
def suspend_command(name: str, reason: str) -> None:
    """Log somebody out everywhere, and let them in no more.

    What they wrote stays. For example: flask --app flaskr user suspend mallory
    --reason "This was advertising."
    """
    user = find_user(name)
    reason = reasons.clean(read_argument(reason))

    if problem := reasons.find_problem(
        reason, _("Say why: the person sees it when logging in.")
    ):
        raise click.ClickException(problem)

    try:
        suspensions.suspend(user["id"], reason)
    except roles.LastOwner:
        raise refuse_last_owner(user) from None

    click.echo(f"{show_name(user['username'])} is suspended.")


@user_commands.command("restore")
@click.argument("name")
@database_command
def restore_command(name: str) -> None:
    """Let somebody who is suspended in again.

    For example: flask --app flaskr user restore alice
    """
    user = find_user(name)

    if not suspensions.restore(user["id"]):
        raise click.ClickException(f"{show_name(user['username'])} is not suspended.")

    click.echo(f"{show_name(user['username'])} can log in again.")


@user_commands.command("rename")
@click.argument("old")
@click.argument("new")
@click.option("--forget", is_flag=True, help="Have the old name lead nowhere.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@database_command
def rename_command(old: str, new: str, forget: bool, yes: bool) -> None:
    """Give somebody another username.

    The old one leads to it, and nobody else can have it. One that must not be seen
    again leads nowhere with --forget, and its person can't have it back either. For
    example: flask --app flaskr user rename bob robert
    """
    user = find_user(old)
    before, name = user["username"], names.clean(read_argument(new))

    if problem := renaming.find_problem(user, name):
        raise click.ClickException(show_name(problem))

    if not yes:
        click.confirm(f"Rename {show_name(before)} to {show_name(name)}", abort=True)

    try:
        with transaction():
            renaming.rename(user["id"], name, forget)
            reason = "" if forget else before
            moderation.log("person.rename", None, person_id=user["id"], reason=reason)
    except renaming.NotRenamed as e:
        raise click.ClickException(show_name(str(e))) from e

    click.echo(f"{show_name(before)} is now {show_name(name)}.")


@user_commands.command("remove")
@click.argument("name")
@click.option(
    "--posts",
    type=click.Choice(["keep", "delete"]),
    default="keep",
    show_default=True,
    help="What becomes of what the person wrote.",
)
@click.option("--yes", is_flag=True, help="Don't ask.")
@database_command
def remove_command(name: str, posts: str, yes: bool) -> None:
    """Close the account of somebody for good.

    Deleted posts can be restored for a while with restore-posts. For example:
    flask --app flaskr user remove mallory --posts delete
    """
    user = find_user(name)
    fate = "deletes" if posts == "delete" else "keeps"

    with transaction():
        try:
            roles.keep_an_owner(user["id"])
        except roles.LastOwner:
            raise refuse_last_owner(user) from None

    if not yes:
        click.echo(
            f"The account {show_name(user['username'])} is closed for good. That {fate}"
            " its posts and comments."
        )
        click.confirm("Close it", abort=True)

    try:
        with transaction():
            # Whoever wrote nothing is gone after that.
            moderation.log("person.remove", None, person_id=user["id"])
            users.close(user["id"], delete_posts=posts == "delete")
    except roles.LastOwner:
        raise refuse_last_owner(user) from None

    click.echo(f"The account {show_name(user['username'])} is closed.")


def refuse_last_owner(user: Row) -> click.ClickException:
    """Why the blog must keep somebody."""
    return click.ClickException(
        f"{show_name(user['username'])} is the only owner of this blog. Make somebody"
        " else one first: flask --app flaskr user role NAME owner"
    )


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(user_commands)
