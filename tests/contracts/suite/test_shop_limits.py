"""`koppeling contract bizzcloud` keeps to what a config allows of calls."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.allowance import writes_shop
from contracts.suite.command import contract
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.serve import serve


def test_what_the_limit_of_writes_stops_is_not_tried_rather_than_broken(tmp_path: Path) -> None:
    fake = BizzcloudFake()
    config = tmp_path / "sandbox.toml"
    with serve(fake.wsgi) as served:
        config.write_text(
            f'name = "sandbox"\n[bizzcloud]\nurl = "{served.url}"\ndatabase = "{fake.database}"\n'
            f'login = "{fake.login}"\npassword = "{fake.password}"\nwrites = 3\n'
            f'sandboxes = ["{fake.database}"]\n',
            "utf-8",
        )
        told = CliRunner().invoke(contract, ["bizzcloud", "--target", str(config), "--write"])

    assert told.exit_code == 0, told.output
    said = " ".join(told.output.split())
    assert "The run has made the 3 writes that the config allows (writes)" in said


@pytest.mark.parametrize("method", ["create", "write", "unlink", "pay_and_reconcile", "copy"])
def test_what_leaves_something_behind_is_a_write(method: str) -> None:
    assert writes_shop(method)


@pytest.mark.parametrize("method", ["read", "search_read", "name_get", "authenticate"])
def test_what_only_reads_is_none(method: str) -> None:
    assert not writes_shop(method)
