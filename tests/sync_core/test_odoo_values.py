"""What Odoo sends is read for what it is, and nothing else is taken for it."""

from datetime import UTC, datetime

import pytest

from sync_core.adapters.odoo_values import moment


def test_a_moment_is_in_utc() -> None:
    assert moment("2017-10-19 09:00:00") == datetime(2017, 10, 19, 9, tzinfo=UTC)


@pytest.mark.parametrize("sent", ["2017-10-19 09:00:00+02:00", "19-10-2017 09:00", ""])
def test_what_is_no_moment_of_odoo_is_not_read_as_another(sent: str) -> None:
    with pytest.raises(ValueError, match=r"moment|isoformat"):
        moment(sent)
