"""What the web client asks within a session."""

from tests.fakes.bizzcloud.shop import Caller


def test_the_web_client_searches_and_signals_within_a_session(caller: Caller) -> None:
    for name in ("Aa", "Ab", "Ac"):
        caller.partner(name, ref="web")
    nobody = caller.json("/web/session/get_session_info")["result"]
    assert (nobody["uid"], nobody["db"], nobody["user_context"]) == (None, None, {})
    login = {"db": "mycompany", "login": "admin", "password": "admin"}
    opened = caller.json("/web/session/authenticate", **login)["result"]
    assert caller.json("/web/session/get_session_info")["result"] == opened
    wanted = {"model": "res.partner", "fields": ["name"], "domain": [["ref", "=", "web"]]}
    page = caller.json("/web/dataset/search_read", **wanted, limit=2, sort="name desc")["result"]
    assert page["length"] == 3
    assert [each["name"] for each in page["records"]] == ["Ac", "Ab"]
    page = caller.json("/web/dataset/search_read", **wanted, offset=2)["result"]
    assert (page["length"], len(page["records"])) == (3, 1)
    invoice = caller.invoice({"price_unit": 10}, opened=False)
    signal = {"model": "account.invoice", "id": invoice, "signal": "invoice_open"}
    assert caller.json("/web/dataset/exec_workflow", **signal)["result"] is False
    assert caller.read("account.invoice", invoice, "state")["state"] == "open"
    caller.json("/web/session/destroy")
    assert caller.json("/web/dataset/search_read", **wanted)["error"]["code"] == 100
