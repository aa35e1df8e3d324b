"""What `koppeling replay` does with a recording instead of a story."""

from dataclasses import dataclass
from pathlib import Path

import click
import requests
from zeep.transports import Transport

from contracts.commands.drift import told
from contracts.commands.files import unanswered
from contracts.commands.recording import known_values
from contracts.config import Config, ConfigError, read_config
from contracts.recording.recordings import Recording, RecordingError, read, write
from contracts.recording.sessions import Recorder
from contracts.redacting.recordings import RecordingRedactor
from contracts.sandbox import GuardError
from scenarios.language.errors import BAD_INPUT
from scenarios.replaying.gate import Allowance
from scenarios.replaying.journal import JournalError
from scenarios.replaying.left import free_place, left_lines
from scenarios.replaying.recorded import perform_recorded, plan_recorded, prepare_recorded, to_send
from scenarios.replaying.replay import is_left, settings_of
from scenarios.replaying.story import How
from sync_core.wires import CALL_TIMEOUT


@dataclass(frozen=True)
class Chosen:
    """What was chosen on the command line."""

    target: Path
    journal: Path | None
    record: Path | None
    check: bool
    dry: bool
    write: bool


def replay_recording(file: Path, chosen: Chosen) -> int:
    """Replay a recording and return the exit code, as `koppeling replay` tells them."""
    try:
        recording = _read(file)
        config = read_config(chosen.target)
        if chosen.check:
            lines = plan_recorded(recording, "KR0000")
            for line in lines:
                click.echo(f"{line.how:<16}  {line.what}" + (f": {line.told}" if line.told else ""))
            return 1 if any(line.how is How.IMPOSSIBLE for line in lines) else 0
        if chosen.dry:
            for number, sent in enumerate(to_send(recording, config), 1):
                click.echo(f"{number:>4}  {sent}")
            return 0
        return _performed(file, recording, config, chosen)
    except (ConfigError, GuardError, JournalError, RecordingError) as wrong:
        click.echo(str(wrong), err=True)
    except requests.RequestException as wrong:
        click.echo(unanswered(wrong, str(chosen.target)), err=True)
    return BAD_INPUT


def _read(file: Path) -> Recording:
    try:
        return read(file)
    except OSError as wrong:
        raise RecordingError(f"{file} cannot be read: {wrong.strerror}") from wrong


def _performed(file: Path, recording: Recording, config: Config, chosen: Chosen) -> int:
    recorder = Recorder()
    http = recorder.watch(requests.Session())
    place = chosen.journal or Path(f"{file.stem}.journal.jsonl")
    books, journal = prepare_recorded(
        file.name, recording, config, journal=place, write=chosen.write, http=http
    )
    settings = settings_of(config)
    allowance = Allowance(settings.writes, settings.pause, settings.settle, books.client.before)
    carrier = Transport(session=http, timeout=CALL_TIMEOUT, operation_timeout=CALL_TIMEOUT)
    kept = chosen.record or free_place(Path(f"{file.stem}.run.jsonl"))
    broke, found = "", []
    try:
        found = list(perform_recorded(recording, books, carrier, journal, allowance))
    except (GuardError, requests.RequestException, KeyboardInterrupt) as stopped:
        broke = str(stopped) or "interrupted"
    finally:
        redactor = RecordingRedactor(known=known_values(config))
        write(kept, redactor.recording(recorder.recording))
    name = books.target.name
    for difference in found:
        click.echo(told(difference))
    if broke:
        click.echo(f"It broke off: {broke}")
        click.echo(f"The same command goes on: {place} says what was written.")
    else:
        many = "as recorded" if not found else f"otherwise in {len(found)} ways"
        click.echo(f"{file.name}: {name} did {many}.")
    for line in left_lines(name, [one for one in journal.writes if is_left(one)]):
        click.echo(line)
    click.echo(f"\nWhat was said is kept in {kept}, redacted.")
    return 1 if found or broke else 0
