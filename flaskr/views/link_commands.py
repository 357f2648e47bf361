"""Links that can be used once, made, listed and revoked on the command line."""

import json
from datetime import timedelta

import click
from flask import current_app
from flask import Flask
from flask.cli import AppGroup

from ..data import drafts
from ..data import one_time_links
from ..data import posts
from ..data.roles import Role
from ..data.times import now
from ..db import database_command
from ..db import Row
from .users import find_user
from .users import show_name

MAX_DAYS = 30


def print_link(token: str, days: int) -> None:
    """Print the address of a link, or what is known of it."""
    path = f"/link/{token}"
    site = current_app.config["SITE_URL"]
    click.echo(f"{site or ''}{path}")
    where = "" if site else " on your blog (with SITE_URL, the whole address is shown)"
    click.echo(f"Open it{where} within {days} days. It works once.", err=True)


days_option = click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=7,
    show_default=True,
    help="For how long the link can be used.",
)


@click.command("invite")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.AUTHOR.value,
    show_default=True,
)
@days_option
@database_command
def invite_command(role: str, days: int) -> None:
    """Print a link with which one person joins, or takes another role.

    For example: flask --app flaskr invite --role owner
    """
    print_link(one_time_links.invite(Role(role), timedelta(days=days)), days)


@click.command("reset-password")
@click.argument("name")
@days_option
@database_command
def reset_password_command(name: str, days: int) -> None:
    """Print a link with which somebody who forgot the password sets another one.

    For example: flask --app flaskr reset-password alice
    """
    user = find_user(name)
    print_link(one_time_links.let_reset(user["id"], timedelta(days=days)), days)


@click.command("draft-link")
@click.argument("post_id", type=click.IntRange(1, 2**63 - 1))
@days_option
@database_command
def draft_link_command(post_id: int, days: int) -> None:
    """Print a link with which one person reads a draft, by the number in its address.

    For example: flask --app flaskr draft-link 12
    """
    post = posts.find(post_id)

    if post is None or not drafts.read_state(post).is_draft:
        raise click.ClickException(f"There is no draft {post_id}.")

    try:
        print_link(one_time_links.share(post_id, timedelta(days=days)), days)
    except one_time_links.TooMany:
        raise click.ClickException(
            f"This draft has {one_time_links.MAX_OF_DRAFT} links. Revoke one first:"
            " flask --app flaskr link list"
        ) from None


@click.group("link", cls=AppGroup)
def link_commands() -> None:
    """List the links that can be used once, and revoke them.

    For example: flask --app flaskr link list
    """


@link_commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each.")
@database_command
def list_command(as_json: bool) -> None:
    """List the links of the last month, the newest first.

    For example: flask --app flaskr link list --json
    """
    for link in one_time_links.find_all():
        if as_json:
            click.echo(json.dumps(find_facts(link)))
            continue

        maker = show_name(link["maker"] or "the command line")
        click.echo(f"{link['id']}  {name_aim(link)}  by {maker}  {describe(link)}")


def find_facts(link: Row) -> dict[str, object]:
    """What scripts are told of a link: what has no use is ``None``."""
    return {
        "id": link["id"],
        "role": link["role"],
        "password_of": link["username"],
        "draft": link["post_id"],
        "made_by": link["maker"],
        "created": link["created"],
        "expires": link["expires"],
        "is_open": not link["used"] and link["expires"] > now(),
        "used": link["used"],
        "used_by": link["used_by_name"],
    }


def name_aim(link: Row) -> str:
    """What a link is for."""
    if link["post_id"]:
        return f"draft {link['post_id']}"
    elif link["role"]:
        return f"role {link['role']}"

    return f"password {show_name(link['username'])}"


def describe(link: Row) -> str:
    """What became of a link."""
    if link["used"]:
        nobody = "a reader" if link["post_id"] else "a closed account"
        return f"used {link['used']} by {show_name(link['used_by_name'] or nobody)}"

    is_open = link["expires"] > now()
    return f"{'open until' if is_open else 'expired'} {link['expires']}"


@link_commands.command("revoke")
@click.argument("id", type=click.IntRange(1, 2**63 - 1))
@database_command
def revoke_command(id: int) -> None:
    """Have a link lead nowhere, by the number that the list shows.

    For example: flask --app flaskr link revoke 3
    """
    if not one_time_links.revoke(id):
        raise click.ClickException(
            f"There is no open link {id}. To see all: flask --app flaskr link list"
        )

    click.echo("Revoked.")


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(invite_command)
    app.cli.add_command(reset_password_command)
    app.cli.add_command(draft_link_command)
    app.cli.add_command(link_commands)
