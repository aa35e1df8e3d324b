"""Promises about logging in, faults and the two protocols."""

from typing import Any

import pytest

from contracts.bizzcloud.client import Refusal, RpcClient
from contracts.suite.expect import broken, not_tried, same, true


@pytest.mark.promise("bz-version")
def test_version_tells_the_server_and_the_protocol(rpc: RpcClient) -> None:
    told = rpc.common("version")
    same(told["protocol_version"], 1, "protocol_version")
    same(told["server_version_info"][:2], [9, 0], "the first two of server_version_info")
    true(told["server_version"].startswith("9.0"), f"server_version is {told['server_version']!r}")


@pytest.mark.promise("bz-authenticate")
def test_authenticate_gives_an_id_or_false(rpc: RpcClient) -> None:
    user = rpc.common("authenticate", rpc.database, rpc.login, rpc.password, {})
    true(isinstance(user, int) and user > 0, f"authenticate answered {user!r}, not an id")
    wrong = rpc.common("authenticate", rpc.database, rpc.login, "wrong", {})
    same(wrong, False, "the answer to a wrong password")
    nobody = rpc.common("authenticate", rpc.database, "nobody", "x", {})
    same(nobody, False, "the answer to an unknown name")


@pytest.mark.promise("bz-login")
def test_login_is_the_older_name(rpc: RpcClient) -> None:
    same(rpc.common("login", rpc.database, rpc.login, rpc.password), rpc.uid, "login's answer")


@pytest.mark.promise("bz-database-unknown")
def test_an_unknown_database_is_a_fault_like_a_bug(rpc: RpcClient) -> None:
    said = rpc.common("authenticate", "nodb", "admin", "admin", {})
    _refused(said, 1, 'OperationalError: FATAL:  database "nodb" does not exist')
    said = rpc.call_as("nodb", rpc.password, "res.partner", "search", [])
    _refused(said, 1, 'OperationalError: FATAL:  database "nodb" does not exist')


@pytest.mark.promise("bz-access-denied")
def test_a_call_with_a_wrong_password_is_denied(rpc: RpcClient) -> None:
    said = rpc.call_as(rpc.database, "bad", "res.partner", "search", [])
    _refused(said, 3, "Access denied.")


@pytest.mark.promise("bz-model-unknown")
def test_an_unknown_model_is_a_message_for_the_user(rpc: RpcClient) -> None:
    _refused(rpc.call("nope.model", "search", []), 2, "Object nope.model doesn't exist")


@pytest.mark.promise("bz-method-unknown")
def test_an_unknown_method_is_a_fault_like_a_bug(rpc: RpcClient) -> None:
    last = "AttributeError: 'res.partner' object has no attribute 'nosuch'"
    _refused(rpc.call("res.partner", "nosuch", []), 1, last)


@pytest.mark.promise("bz-method-private")
def test_a_private_method_cannot_be_called(rpc: RpcClient) -> None:
    said = rpc.call("res.partner", "_check_something", [])
    text = "Private methods (such as _check_something) cannot be called remotely."
    _refused(said, 2, text)


@pytest.mark.promise("bz-http-status")
def test_a_fault_too_is_http_200_and_text_xml(rpc: RpcClient) -> None:
    rpc.call("nope.model", "search", [])
    same((rpc.last_status, rpc.last_type), (200, "text/xml"), "status and type of a fault")


@pytest.mark.promise("bz-older-paths")
def test_the_older_paths_answer_too(rpc: RpcClient) -> None:
    same(rpc.xmlrpc("/xmlrpc/common", "version")["protocol_version"], 1, "protocol_version")


@pytest.mark.promise("bz-database-list")
def test_the_databases_are_listed(rpc: RpcClient) -> None:
    listed = rpc.xmlrpc("/xmlrpc/2/db", "list")
    true(rpc.database in listed, f"{rpc.database!r} is not among the databases {listed!r}")
    version = rpc.xmlrpc("/xmlrpc/2/db", "server_version")
    true(str(version).startswith("9.0"), f"server_version is {version!r}")


@pytest.mark.promise("bz-json-rpc")
def test_json_rpc_takes_the_same_services(rpc: RpcClient) -> None:
    told = _json(rpc, "common", "version", [])
    same(told.get("result", {}).get("protocol_version"), 1, "protocol_version")
    login = [rpc.database, rpc.login, rpc.password]
    same(_json(rpc, "common", "login", login).get("result"), rpc.uid, "login's answer")
    counted = _json(rpc, "object", "execute", [rpc.database, rpc.uid, rpc.password, *COUNT])
    true(isinstance(counted.get("result"), int), f"search_count answered {counted!r}")


@pytest.mark.promise("bz-json-error")
def test_an_error_in_json_has_its_own_form(rpc: RpcClient) -> None:
    answer = _json(rpc, "object", "execute", [rpc.database, rpc.uid, "bad", *COUNT])
    error = answer.get("error")
    if not isinstance(error, dict):
        broken(f"a wrong password was answered {answer!r}, not an error")
    same((error["code"], error["message"]), (200, "OpenERP Server Error"), "code and message")
    same(error["data"]["message"], "Access denied.", "the message inside")


@pytest.mark.promise("bz-web-session")
def test_the_web_session_tells_the_user(rpc: RpcClient) -> None:
    login = {"db": rpc.database, "login": rpc.login}
    good = rpc.json("/web/session/authenticate", **login, password=rpc.password)["result"]
    same((good["uid"], good["username"]), (rpc.uid, rpc.login), "uid and username")
    true(bool(good["session_id"]), "the answer has no session_id")
    bad = rpc.json("/web/session/authenticate", **login, password="bad")["result"]
    same(bad["uid"], False, "uid after a wrong password")


@pytest.mark.promise("bz-web-session-needed")
def test_the_web_calls_nothing_without_a_session(rpc: RpcClient) -> None:
    call = {"model": "res.partner", "method": "search", "args": [[]], "kwargs": {}}
    error = rpc.json("/web/dataset/call_kw", **call).get("error")
    if not isinstance(error, dict):
        broken("a call without a session was answered")
    # With several databases the server does not know which one is meant, and says 200.
    true(error["code"] in (100, 200), f"the code of the error is {error['code']!r}")


@pytest.mark.promise("bz-database-uuid")
def test_a_database_has_a_uuid(rpc: RpcClient) -> None:
    found = rpc.call("ir.config_parameter", "get_param", "database.uuid")
    if isinstance(found, Refusal):
        not_tried("this user may not read the system parameters")
    true(len(str(found).split("-")) == 5, f"the uuid of the database is {found!r}")
    missing = rpc.call("ir.config_parameter", "get_param", "zz.missing", "nothing")
    same(missing, "nothing", "what there is instead of a parameter that is not there")


COUNT: tuple[str, str, list[str]] = ("res.partner", "search_count", [])


def _json(rpc: RpcClient, service: str, method: str, args: list[Any]) -> dict[str, Any]:
    return rpc.json("/jsonrpc", service=service, method=method, args=args)


def _refused(said: Any, code: int, last: str) -> None:
    """Break the promise unless it is a fault of this code whose last line is this."""
    if not isinstance(said, Refusal):
        broken(f"promised fault {code}, found the answer {said!r}")
    same(said.code, code, "faultCode")
    same(said.text.strip().splitlines()[-1], last, "the last line of faultString")
