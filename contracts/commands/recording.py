"""The commands about recordings: `koppeling record`, `redact` and `replay-server`."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import click

from contracts.answering.player import Mode, mode_named
from contracts.answering.server import ReplayApplication
from contracts.commands.files import OutFile
from contracts.config import Config, ConfigError, ShopSandbox, read_config
from contracts.recording.formats import from_cassette, from_har, to_cassette, to_har
from contracts.recording.proxy_server import RecordingProxy
from contracts.recording.recordings import Recording, RecordingError, read, write
from contracts.redacting.recordings import RecordingRedactor
from contracts.redacting.rules import RuleError, own_rules, read_rules
from fakes.serve import serve

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = OutFile()


@click.command("redact")
@click.argument("file", type=FILE)
@click.option("--check", is_flag=True, help="Change nothing; say whether anything is left.")
@click.option("--out", type=OUT, help="Where to write.")
@click.option("--config", type=FILE, help="A target's config, whose values are replaced too.")
@click.option("--rules", type=FILE, help="More rules, over the project's own.")
def redact_command(
    file: Path, check: bool, out: Path | None, config: Path | None, rules: Path | None
) -> None:
    """Replace what is secret or personal in a recording, or prove that nothing is left."""
    recording = opened(file)
    redactor = made_redactor(rules, None if config is None else config_in(config))
    redacted = redactor.recording(recording)
    if not check:
        write(out or file, redacted)
        click.echo(f"{out or file}: {len(redactor.found)} places replaced.")
        return
    for finding in redactor.found:
        click.echo(str(finding))
    if redactor.found:
        raise click.ClickException(
            f"{file} holds {len(redactor.found)} places that should have been replaced. "
            f"Replace them: koppeling redact {file}"
        )
    click.echo(f"{file}: nothing secret or personal found in {len(recording)} exchanges.")


def opened(file: Path) -> Recording:
    """Read a recording for a command; what is wrong with it ends the command."""
    try:
        return read(file)
    except RecordingError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def made_redactor(rules: Path | None, config: Config | None) -> RecordingRedactor:
    """Return a redactor by the project's rules, a file's over them, and a config's values."""
    try:
        made = own_rules() if rules is None else read_rules(rules)
    except RuleError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    return RecordingRedactor(made, {} if config is None else known_values(config))


def config_in(file: Path) -> Config:
    """Read a config for a command; what is wrong with it ends the command."""
    try:
        return read_config(file)
    except ConfigError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def known_values(config: Config) -> dict[str, Iterable[str]]:
    """Return what a config holds that nobody else should read, by kind."""
    known: dict[str, list[str]] = {"user": [], "secret": [], "guid": [], "name": [], "database": []}
    if config.eboekhouden is not None:
        books = config.eboekhouden
        known["user"].append(books.username)
        known["secret"] += [books.security_code_1, books.security_code_2]
        known["guid"] += [books.administration or "", *(s.guid or "" for s in books.sandboxes)]
        known["name"] += [sandbox.name for sandbox in books.sandboxes]
    if config.bizzcloud is not None:
        shop = config.bizzcloud
        known["user"].append(shop.login)
        known["secret"].append(shop.password)
        known["database"].append(shop.database)
        whole = [each for each in shop.sandboxes if isinstance(each, ShopSandbox)]
        known["guid"] += [each.uuid for each in whole if each.uuid is not None]
        known["name"] += [each.company for each in whole]
    return {**known}


@click.command("record", context_settings={"ignore_unknown_options": True})
@click.argument("config", type=FILE)
@click.option("--out", required=True, type=OUT, help="Where the recording is written.")
@click.option("--rules", type=FILE, help="More rules of redaction, over the project's own.")
@click.option("--authority", type=FILE, help="Certificates by which the services are known.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def record_command(
    config: Path, out: Path, rules: Path | None, authority: Path | None, command: tuple[str, ...]
) -> None:
    """Run a program through a recording proxy, and keep what it and the services said, redacted.

    The program finds the services at KOPPELING_EBOEKHOUDEN_URL and KOPPELING_BIZZCLOUD_URL; one
    with fixed addresses goes through the proxy by HTTPS_PROXY and the like. Interrupted, it ends
    the program and keeps what passed until then.
    """
    target = config_in(config)
    redactor = made_redactor(rules, target)
    with (
        tempfile.TemporaryDirectory() as folder,
        RecordingProxy(targets_of(target), Path(folder), authority) as proxy,
    ):
        code = _run(command, proxy.environment)
        recording = proxy.recorder.recording
    if not len(recording) and code:
        raise click.ClickException(
            f"{command[0]} ended with exit code {code}, and nothing passed the proxy until then, "
            "so nothing was recorded."
        )
    if not len(recording):
        raise click.ClickException(
            "Nothing passed the proxy, so nothing was recorded. Let the program use the address in "
            "KOPPELING_EBOEKHOUDEN_URL or KOPPELING_BIZZCLOUD_URL, or heed HTTPS_PROXY."
        )
    write(out, redactor.recording(recording))
    click.echo(f"{out}: {len(recording)} exchanges, {len(redactor.found)} places redacted.")
    if code:
        click.echo(f"{command[0]} ended with {code}.", err=True)
        raise SystemExit(code if code > 0 else 128 - code)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end and return its code, as subprocess tells it.

    Who interrupts or ends the recording ends the program; what passed until then is still kept.
    """
    with _handed_on() as running:
        try:
            running.append(
                subprocess.Popen(command, env={**os.environ, **environment})  # noqa: S603 - the user's own command
            )
        except OSError as wrong:
            raise click.UsageError(f"{command[0]} cannot be run: {wrong.strerror}") from wrong
        return running[0].wait()


@contextmanager
def _handed_on() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Hand SIGINT and SIGTERM on to the programs in a list, instead of dying of them."""
    running: list[subprocess.Popen[bytes]] = []

    def hand_on(number: int, frame: FrameType | None) -> None:
        for process in running:
            process.send_signal(number)

    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, hand_on) for number in signals}
    try:
        yield running
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def targets_of(config: Config) -> dict[str, str]:
    """Return the scheme, host and port of each service that a config names."""
    addresses = {}
    if config.eboekhouden is not None:
        addresses["eboekhouden"] = config.eboekhouden.soap
    if config.bizzcloud is not None:
        addresses["bizzcloud"] = config.bizzcloud.url
    parts = {name: urlsplit(address) for name, address in addresses.items()}
    return {name: f"{part.scheme}://{part.netloc}" for name, part in parts.items()}


@click.command("replay-server")
@click.argument("file", type=FILE)
@click.option("--port", default=0, help="Where to listen on loopback; 0 takes any free port.")
@click.option("--mode", default="none", show_default=True, help="none, new or all.")
@click.option("--target", help="For new and all: the service's address, as https://host.")
@click.option("--out", type=OUT, help="For new and all: where what is new is written, redacted.")
def replay_server_command(
    file: Path, port: int, mode: str, target: str | None, out: Path | None
) -> None:
    """Answer any client on loopback from a recording, until interrupted.

    A request that was not recorded is answered with status 501 and shown beside the nearest one
    that was; the command then ends with 1.
    """
    try:
        application = ReplayApplication(opened(file), mode_named(mode), target)
        served = serve(application, port=port)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    except OSError as wrong:
        raise click.ClickException(
            f"port {port} of 127.0.0.1 cannot be listened on: {os.strerror(wrong.errno or 0)}. "
            "Take another by --port; 0 takes any free one."
        ) from wrong
    if mode_named(mode) is not Mode.NONE and out is None:
        served.close()
        raise click.UsageError(f"mode {mode} needs --out, where what is new is written")
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with served:
        click.echo(served.url)
        stop.wait()
    if out is not None:
        write(out, made_redactor(None, None).recording(application.recorder.recording))
    if application.mismatches:
        raise click.ClickException(f"{len(application.mismatches)} requests were not recorded.")


@click.command("convert")
@click.argument("file", type=FILE)
@click.argument("out", type=OUT)
def convert_command(file: Path, out: Path) -> None:
    """Turn a recording into another form, by the ends of the names.

    .jsonl is a recording, .har a HAR file, .yaml or .yml a cassette of VCR.py.
    """
    for path in (file, out):
        if path.suffix not in (".jsonl", ".har", ".yaml", ".yml"):
            raise click.UsageError(
                f"{path} should be a name that ends in .jsonl, .har, .yaml or .yml"
            )
    try:
        if file.suffix == ".jsonl":
            recording = read(file)
        else:
            text = file.read_bytes().decode("utf-8", "replace")
            recording = from_har(text) if file.suffix == ".har" else from_cassette(text)
    except RecordingError as wrong:
        raise click.UsageError(f"{file}: {wrong}") from wrong
    if out.suffix == ".jsonl":
        write(out, recording)
    else:
        written = to_har(recording) if out.suffix == ".har" else to_cassette(recording)
        out.write_text(written, encoding="utf-8")
    click.echo(f"{out}: {len(recording)} exchanges.")
