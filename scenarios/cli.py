"""The command `koppeling`: composes the commands of all rooms, each loaded when it is used."""

import errno
import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from scenarios.language.errors import INTERRUPTED, nearest_name


@dataclass(frozen=True)
class Place:
    """Where a command is ("module:attribute"), and what the list of commands says of it."""

    where: str
    does: str
    until_a_signal: bool = False
    """Whether Ctrl-C is how it ends, so that it says nothing of it, while it is loaded too."""


CANNOT_BE_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What the system says where no more can be written; of a closed pipe click says nothing itself."""

COMMANDS: Mapping[str, Mapping[str, Place]] = {
    "Stories": {
        "run": Place("scenarios.commands.run:run_command", "play stories"),
        "new": Place("scenarios.commands.write:new_command", "write a first story, to edit"),
        "lint": Place("scenarios.commands.lint:lint_command", "check stories without playing them"),
        "schema": Place(
            "scenarios.commands.write:schema_command", "print the JSON schema, for an editor"
        ),
        "explore": Place(
            "scenarios.commands.explore:explore_command", "make up histories and judge each"
        ),
        "sweep": Place(
            "scenarios.commands.sweep:sweep_command", "break each call of the coupling in turn"
        ),
    },
    "The two stand-ins": {
        "serve": Place(
            "scenarios.commands.serve:serve_command",
            "serve both, and a coupling between them",
            until_a_signal=True,
        ),
        "wsdl": Place("contracts.cli:wsdl", "compare a WSDL with ours, part by part"),
        "evidence": Place("contracts.cli:evidence", "tell how each behaviour is known"),
    },
    "Against the real services": {
        "contract": Place(
            "contracts.suite.command:contract", "try what a service promises on any target"
        ),
        "record": Place(
            "contracts.commands.recording:record_command", "run a program and keep what was said"
        ),
        "replay-server": Place(
            "contracts.commands.recording:replay_server_command", "answer clients from a recording"
        ),
        "replay": Place(
            "scenarios.commands.replay:replay_command", "play a story against a sandbox"
        ),
        "drift": Place(
            "contracts.commands.drift:drift_command", "name each difference of two recordings"
        ),
        "convert": Place(
            "contracts.commands.recording:convert_command", "turn a recording into another form"
        ),
        "redact": Place(
            "contracts.commands.recording:redact_command", "take out what is secret or personal"
        ),
    },
    "Operating the coupling": {
        "link": Place("sync_core.cli:link_command", "link the shop to the books"),
        "mapping": Place(
            "sync_core.cli:mapping_command", "show what becomes of taxes and payment journals"
        ),
        "status": Place("sync_core.cli:status_command", "tell what is booked and what waits"),
        "sync": Place("sync_core.cli:sync_command", "book what has changed"),
        "watch": Place(
            "sync_core.cli:watch_command",
            "follow the shop until a signal ends it",
            until_a_signal=True,
        ),
        "unlink": Place("sync_core.cli:unlink_command", "end the link; nothing is deleted"),
        "relink": Place("sync_core.cli:relink_command", "link again, to the same or other books"),
        "audit": Place("sync_core.cli_books:audit_command", "compare shop, journal and books"),
        "attention": Place("sync_core.cli_books:attention_command", "list what waits for you"),
        "repost": Place("sync_core.cli_books:repost_command", "book again what was deleted"),
    },
}
"""All commands, under the headings of their list."""


class Rooms(click.Group):
    """A group whose commands are imported only when they are asked for, so that it starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the table."""
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the named command; None when there is no such command."""
        for commands in COMMANDS.values():
            if cmd_name in commands:
                place = commands[cmd_name]
                module, _, attribute = place.where.partition(":")
                try:
                    command: click.Command = getattr(importlib.import_module(module), attribute)
                except KeyboardInterrupt:
                    if not place.until_a_signal:
                        raise
                    ctx.exit()
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for; name the nearest one when there is none."""
        (name, *_) = args
        if name not in self.list_commands(ctx) and not name.startswith("-"):
            close = nearest_name(name, self.list_commands(ctx))
            hint = f" Did you mean '{close}'?" if close else ""
            ctx.fail(f"no command is called '{name}'.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; one that Ctrl-C ends, and that says nothing itself, says so.

        Where NO_COLOR is set (no-color.org), nothing is coloured.
        """
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands by heading, without importing one of them."""
        for heading, commands in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, place.does) for name, place in commands.items()])


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="koppeling")
def koppeling() -> None:
    """Bizzcloud's invoices and receipts in the books of e-Boekhouden.nl, once, in real time."""


def main() -> None:
    """Run the command line; the entry point of the distribution.

    The exit code is 74 (as sysexits.h has it) where what a command tells could not be written: none
    of the codes of a command itself, since nobody can read what came of it.
    """
    try:
        koppeling.main(prog_name="koppeling")
    except OSError as error:
        if error.errno not in CANNOT_BE_WRITTEN:
            raise
        click.echo(
            f"koppeling could not write all it had to tell: {os.strerror(error.errno)}. Make room "
            "where its output and its files go, then give the command again.",
            err=True,
        )
        # What is left in the buffer cannot be written either, at the end of the interpreter.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(os.EX_IOERR)


if __name__ == "__main__":
    main()
