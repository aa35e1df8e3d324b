"""Values in fields as programs write them: numbers, pairs, and mappings that are no JSON."""

import json
from xmlrpc import client

import pytest

from contracts.recording.recordings import Exchange, Recording, Request
from contracts.redacting.recordings import RecordingRedactor

SECRET = "Zeer Geheim 1"


def redacted(body: str, content_type: str, url: str = "http://shop.example/web") -> Request:
    headers = (("Content-Type", content_type),)
    exchange = Exchange(1, Request("POST", url, headers, body.encode()), None)
    redactor = RecordingRedactor()
    made = redactor.recording(Recording((exchange,)))
    again = RecordingRedactor()
    assert again.recording(made) == made
    assert not again.found, "what was redacted is not known again"
    return made.exchanges[0].request


@pytest.mark.parametrize("password", [123456, 1234567, 12345678.0, [1234567], "2017-10-19"])
def test_a_password_of_digits_goes_from_json(password: object) -> None:
    body = json.dumps({"password": password, "id": 7654321, "other": 1234567})
    made = redacted(body, "application/json")

    told = json.loads(made.body)
    assert str(told["password"]).strip("[]'") not in str(password)
    assert told["id"] == 7654321
    assert (told["other"] == 1234567) is (password not in (1234567, [1234567]))


def test_numbers_in_xmlrpc_go_and_stay_numbers() -> None:
    given = {"phone": 612345678, "password": 1234567, "mobile": 31612345678.0, "amount": 612345678}
    called = client.dumps((given,), "execute_kw")
    made = redacted(called, "text/xml", "http://shop.example/xmlrpc/2/object")

    ((told,), _) = client.loads(made.body)
    assert isinstance(told, dict)
    assert {name for name in given if told[name] != given[name]} == {
        "phone",
        "password",
        "mobile",
    } | {
        "amount"  # the telephone number is known by then, and goes wherever it stands
    }
    assert isinstance(told["phone"], int)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (json.dumps({"fields": [{"name": "old_pwd", "value": SECRET}]}), "application/json"),
        (json.dumps({"debug": f"with {{u'password': u'{SECRET}', 'a': 1}}"}), "application/json"),
        (f"{{'password': '{SECRET}'}}", "application/json"),
        (f'<script>let at = {{password: "{SECRET}"}}</script>', "text/html"),
        (f"<form><input value='{SECRET}' name=password></form>", "text/html"),
        (f"<a><SecurityCode1><string>{SECRET}</string></SecurityCode1></a>", "text/xml"),
        (
            f"--b\r\nContent-Disposition: form-data; name=password\r\n\r\n{SECRET}\r\n--b--",
            "multipart/form-data",
        ),
        (f"login: annabel\npassword: {SECRET}\n", "text/plain"),
        (f"user[password]={SECRET}".replace(" ", "+"), "application/x-www-form-urlencoded"),
    ],
)
def test_a_field_is_known_however_it_is_written(body: str, content_type: str) -> None:
    made = redacted(body, content_type).body.decode()

    assert SECRET not in made.replace("+", " ")
    assert "annabel" not in made
    assert "geheim0001" in made


def test_a_form_in_an_address_is_known_too() -> None:
    made = redacted("", "", "http://shop.example/web?user%5Bpassword%5D=zeergeheim")

    assert made.url == "http://shop.example/web?user%5Bpassword%5D=geheim0001"


@pytest.mark.parametrize(
    "text",
    [
        "Fout: geen",
        "Regel 3: 1234567 stuks",
        "a: b, c: d",
        "{'aantal': 'veel'}",
        "let x = {n: 'y'}",
    ],
)
def test_what_is_no_field_of_ours_stays(text: str) -> None:
    assert redacted(text, "text/plain").body.decode() == text
