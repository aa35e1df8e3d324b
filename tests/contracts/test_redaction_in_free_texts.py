"""Personal data as people write them in free texts: replaced, and what stands around them kept."""

import re

import pytest

from contracts.recording.recordings import Exchange, Recording, Request
from contracts.redacting.kinds import is_stand_in
from contracts.redacting.recordings import RecordingRedactor

MAIL = "jan.degroot@bakkerij.nl"


def redacted(text: str) -> str:
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    request = Request("POST", "http://books.example/notes", headers, text.encode())
    (made,) = RecordingRedactor().recording(Recording((Exchange(1, request, None),)))
    return made.request.body.decode()


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("zie http://shop.example:8069 of mail ", MAIL, ""),
        ("// Contact: ", MAIL, ""),
        ("", "BE68539007547034", " van Jan"),
        ("overboeken ", "BE68 5390 0754 7034", " naar Jan"),
        ("", "BE68 5390 0754 7034", " 2017"),
        ("", "NL91ABNA0417164300", "EUR"),
        ("IBAN", "NL91ABNA0417164300", ""),
        ("factuur_", "NL91ABNA0417164300", ".pdf"),
        ("AB12 CDEF ", "NL91 ABNA 0417 1643 00", ""),
        ("op ", "NL91/ABNA/0417/1643/00", ""),
        ("op ", "NL91  ABNA  0417  1643  00", ""),
        ("op ", "NL 91 ABNA 0417 1643 00", " t.n.v. Jan"),
        ("Tel.", "0201234567", ""),
        ("tel", "0612345678", ""),
        ("Jan,", "0612345678", ",x"),
        ("Jan-", "0612345678", ""),
        ("bel ", "020/1234567", ""),
        ("bel ", "06 - 12345678", ""),
        ("bel ", "02/123.45.67", ""),
        ("bel ", "+1 415 555 2671", ""),
        ("bel ", "+31 (20) 123 4567", ""),
        ("bel ", "(+31) 6 12345678", ""),
        ("bel ", "+352 621 123 456", " of mail"),
        ("app ", "31612345678", ""),
        ("BTW", "NL123456789B01", ""),
        ("btw ", "NL 1234 56 789 B 01", ""),
        ("btw ", "NL.123.456.789.B01", ""),
        ("mail ", "jan (at) voorbeeld.nl", ", of bel"),
        ("mail ", "jan(at)voorbeeld.nl", "."),
        ("mail ", "jan.degroot [at] voorbeeld [dot] co.uk", ""),
        ("mail ", "jan{at}voorbeeld (punt) nl", ""),
        ("mail ", "jan (apenstaartje) voorbeeld.nl", " voor de taart"),
        ("From: =?utf-8?q?", "jan=40voorbeeld=2Enl", "?="),
        ("zie mailto:", "jan=2Ede=5Fgroot=40voorbeeld.nl", "=20 of bel"),
        ("mail ", "jan=40voorbeeld.nl", ""),
        ("VAT ", "GB123456789", ""),
        ("btw-nr ", "GB 123 4567 89", "."),
        ("vat no. ", "gb 123 456 789", ", UK"),
        ("VAT ", "GB123456789001", ""),
        ("KvK nummer is ", "12345678", ""),
        ("Handelsregister Den Haag nr. ", "12345678", ""),
    ],
)
def test_a_value_as_people_write_it_is_replaced(before: str, value: str, after: str) -> None:
    made = redacted(f"{before}{value}{after}")

    assert made.startswith(before)
    assert made.endswith(after)
    stand_in = made[len(before) : len(made) - len(after)]
    assert stand_in != value
    assert is_stand_in(stand_in), stand_in
    assert redacted(made) == made


def test_an_address_has_one_stand_in_however_it_is_written() -> None:
    made = redacted(
        "jan@voorbeeld.nl, Jan (at) voorbeeld [dot] nl, jan=40voorbeeld=2Enl, "
        "piet (at) voorbeeld.nl"
    )

    first, second, third, other = made.split(", ")
    assert first == second == third != other


def test_two_ibans_in_a_row_are_two() -> None:
    made = redacted("BE68539007547034 NL91ABNA0417164300 BE68 5390 0754 7034")

    first, second, third = re.findall(r"[A-Z]{2}\d\d ?FAKE[ \d]*\d", made)
    assert (first[:2], second[:2], third.replace(" ", "")) == ("BE", "NL", first)


def test_an_account_that_is_padded_with_zeros_is_no_stand_in() -> None:
    assert not is_stand_in("0001234567")
    assert is_stand_in("0000000001")


@pytest.mark.parametrize(
    "text",
    [
        "01-02-2017 10:00",
        "01/02/2017 1030",
        "van 01/10/2017 tot 31/12/2017",
        "2017-10-19T09:00:00+01:00",
        "Bedrag 1.216,95 op 1300, saldo 0.0612345678",
        "F/2017/0001, 20175, -1.234.567,89 en 10.000.000",
        "//TODO: niets te doen",
        "http://shop.example:8069/web?db=x",
        "12345678-1234-1234-1234-012345678901",
        "5 stuks (at) 10.30 en 3 taarten [at] 1.216,95",
        "Taart (at) Bakkerij. En brood (at) 12 uur.",
        "naam [at] B.V.",
        "/web/image?width=40&height=400px.png",
        "?size=40px.png, page=40abc.html, bedrag=401.50, x=40.5",
        "Een schijf van 16 GB 123456789",
        "GB 123456789,00 en GB12345678, GB1234567890",
        "GB2017 1234 56",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert redacted(text) == text.replace("db=x", "db=database0001")
