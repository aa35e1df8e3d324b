"""Error codes: which are known, which are chosen, and how someone sets the real ones."""

from pathlib import Path

import pytest

from fakes.eboekhouden.errors import CHOSEN, CODES, SEEN, Error, codes_from
from fakes.eboekhouden.fake import EboekhoudenFake
from tests.fakes.eboekhouden.conftest import Caller, sent_invoice


def test_every_error_has_one_code_seen_or_chosen() -> None:
    assert set(SEEN) | set(CHOSEN) == set(Error)
    assert not set(SEEN) & set(CHOSEN)
    assert len(set(CODES.values())) == len(Error)


def test_codes_that_are_known_better_come_from_a_file(
    tmp_path: Path, fake: EboekhoudenFake, call: Caller
) -> None:
    path = tmp_path / "codes.json"
    path.write_text('{"relation unknown": "M019"}', encoding="utf-8")
    fake.settings.codes = codes_from(path)
    assert call.refused("AddMutatie", {**sent_invoice(), "RelatieCode": "K9"}) == "M019"
    assert fake.settings.codes[Error.SESSION_UNKNOWN] == "E0023"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"relation gone": "M019"}', "there is no error 'relation gone'; there are: login wrong"),
        ('{"relation unknown": 19}', "the code of 'relation unknown' is 19; expected a text"),
        ("[]", "expected an object"),
        ("{", "is no JSON"),
    ],
)
def test_a_wrong_file_of_codes_says_what_is_wrong(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "codes.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        codes_from(path)
