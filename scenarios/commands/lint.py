"""`koppeling lint`: says of each story whether it can run as it is written, without running it."""

from pathlib import Path

import click

from scenarios.language.errors import BAD_INPUT, StoryError
from scenarios.language.reading import LIBRARY, read, story_files


@click.command(name="lint")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def lint_command(context: click.Context, files: tuple[Path, ...]) -> None:
    """Check stories without running them: FILES, all in a folder, or the library.

    Exit code 2 when any of them cannot be read; each is told with file, line and column.
    """
    bad = 0
    count = 0
    for path in files or [LIBRARY]:
        try:
            for file in story_files(path):
                count += 1
                bad += not _is_good(file)
        except StoryError as error:
            bad += 1
            click.echo(str(error), err=True)
    click.echo(f"{count} {'file' if count == 1 else 'files'}, {bad} that cannot be run")
    context.exit(BAD_INPUT if bad else 0)


def _is_good(file: Path) -> bool:
    try:
        read(file)
    except StoryError as error:
        click.echo(str(error), err=True)
        return False
    return True
