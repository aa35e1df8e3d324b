"""Answers are read as the standard library reads them, whatever is in them."""

import xmlrpc.client
from datetime import datetime
from typing import Any
from xml.parsers.expat import ExpatError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_core.adapters import xmlrpc_answers
from sync_core.adapters.xmlrpc_answers import read_answer

# What XML can hold and a line's end does not change.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))).filter(
    lambda text: "\ufffe" not in text and "\uffff" not in text
)
INTEGERS = st.integers(-(2**31), 2**31 - 1)
SCALARS = st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=30
)


def answer(value: Any) -> bytes:
    return xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()


@given(VALUES)
def test_a_plain_value_is_read_as_the_standard_library_does(value: Any) -> None:
    content = answer(value)
    (expected,), _ = xmlrpc.client.loads(content)
    assert xmlrpc_answers._plain(content) == read_answer(content) == expected
    assert repr(read_answer(content)) == repr(expected)


@pytest.mark.parametrize("value", [None, datetime(2017, 10, 19, 9, 30), b"bytes", [{"a": None}]])
def test_a_value_that_is_not_plain_is_left_to_the_standard_library(value: Any) -> None:
    content = answer(value)
    (expected,), _ = xmlrpc.client.loads(content)
    assert read_answer(content) == expected


def test_a_fault_is_raised() -> None:
    content = xmlrpc.client.dumps(xmlrpc.client.Fault(3, "Access denied")).encode()
    with pytest.raises(xmlrpc.client.Fault, match="Access denied"):
        read_answer(content)


PARAMS = "<methodResponse><params><param>{}</param></params></methodResponse>"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>503</body></html>",
        answer([1, 2, 3])[:-40],
        PARAMS.format("<value><int>one</int></value>").encode(),
        PARAMS.format("<value><boolean>maybe</boolean></value>").encode(),
        PARAMS.format("<value><money>1</money></value>").encode(),
        PARAMS.format("<value>&nbsp;</value>").encode(),
        PARAMS.replace("params", "parameters").format("<value>1</value>").encode(),
    ],
)
def test_what_is_no_answer_fails_as_it_does_in_the_standard_library(content: bytes) -> None:
    with pytest.raises((ExpatError, xmlrpc.client.Error, ValueError, TypeError)) as expected:
        (_,), _ = xmlrpc.client.loads(content)
    with pytest.raises(expected.type):
        read_answer(content)


@pytest.mark.parametrize(
    "value",
    [
        "<value>no type at all</value>",
        "<value/>",
        "<value> <int> 5 </int> </value>",
        "<value><i8>9007199254740993</i8></value>",
        "<value><string>a<!-- remark -->b</string></value>",
        "<value><string>&#38;&lt;</string></value>",
        "<value><array><data/></array></value>",
        "<value><struct/></value>",
    ],
)
def test_an_unusual_spelling_is_read_as_the_standard_library_does(value: str) -> None:
    content = PARAMS.format(value).encode()
    (expected,), _ = xmlrpc.client.loads(content)
    assert read_answer(content) == expected


def test_an_entity_of_a_document_type_is_never_read_here() -> None:
    content = (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        + PARAMS.format("<value><string>&e;</string></value>").encode()
    )
    with pytest.raises(xmlrpc_answers._NotPlain):
        xmlrpc_answers._plain(content)
