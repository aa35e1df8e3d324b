"""The command `koppeling`: composes the commands of all rooms, each loaded when it is used."""

import importlib
import sys

import click

COMMANDS: dict[str, str] = {
    "run": "scenarios.run_command:run_command",
    "sweep": "scenarios.sweep_command:sweep_command",
    "serve": "scenarios.serve_command:serve_command",
    "wsdl": "contracts.cli:wsdl",
    "evidence": "contracts.cli:evidence",
    "explore": "scenarios.explore_command:explore_command",
    "record": "contracts.recording_cli:record_command",
    "replay-server": "contracts.recording_cli:replay_server_command",
    "drift": "contracts.drift_command:drift_command",
    "convert": "contracts.recording_cli:convert_command",
    "redact": "contracts.recording_cli:redact_command",
    "contract": "contracts.suite.command:contract",
    "replay": "scenarios.replay_command:replay_command",
    "lint": "scenarios.lint_command:lint_command",
    "schema": "scenarios.write_commands:schema_command",
    "new": "scenarios.write_commands:new_command",
    "link": "sync_core.cli:link_command",
    "status": "sync_core.cli:status_command",
    "sync": "sync_core.cli:sync_command",
    "watch": "sync_core.cli:watch_command",
    "unlink": "sync_core.cli:unlink_command",
    "relink": "sync_core.cli:relink_command",
    "audit": "sync_core.cli_books:audit_command",
    "attention": "sync_core.cli_books:attention_command",
    "repost": "sync_core.cli_books:repost_command",
}
"""Each command's name, and where it is: "module:attribute"."""


class Rooms(click.Group):
    """A group whose commands are imported only when they are asked for, so that it starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the named command; None when there is no such command."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="koppeling")
def koppeling() -> None:
    """Bizzcloud's invoices and receipts in the books of e-Boekhouden.nl, once, in real time."""


def main() -> None:
    """Run the command line; the entry point of the distribution."""
    sys.exit(koppeling.main(prog_name="koppeling"))


if __name__ == "__main__":
    main()
