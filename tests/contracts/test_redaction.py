"""Nothing secret is left in what is kept."""

import pytest

from contracts.redacting.redaction import STAND_IN, Redactor


@pytest.mark.parametrize(
    "text",
    [
        "<SecurityCode1>hidden</SecurityCode1>",
        '<soap:SessionID xmlns:soap="x">{hidden}</soap:SessionID>',
        "<ns0:Username>hidden</ns0:Username>",
        '{"password": "hidden\\"hidden", "login": "admin"}',
        "Authorization: Basic hidden==",
    ],
)
def test_the_content_of_a_secret_element_goes(text: str) -> None:
    redacted = Redactor().text(text)

    assert "hidden" not in redacted
    assert STAND_IN in redacted


def test_a_known_secret_goes_wherever_it_stands() -> None:
    redacted = Redactor(["s3cret-word", "s3cret-word-and-longer"]).body(
        b"<value><string>s3cret-word-and-longer</string></value> s3cret-word \xff"
    )

    assert redacted == f"<value><string>{STAND_IN}</string></value> {STAND_IN} �"


def test_a_short_secret_goes_where_it_is_a_whole_value() -> None:
    redacted = Redactor(["admin"]).text("<string>admin</string><string>Administrator</string>")

    assert redacted == f"<string>{STAND_IN}</string><string>Administrator</string>"


def test_what_is_no_secret_stays() -> None:
    text = "<Omschrijving>Taart voor SecurityCode1</Omschrijving><RelatieCode>K0001</RelatieCode>"

    assert Redactor().text(text) == text
