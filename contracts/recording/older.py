"""Reads the older form of a recording, in which the exchanges with Bizzcloud's server code stand.

A line holds `path`, `request` and `response` as sent, `status` and `content_type`; one of JSON-RPC
holds `json_request` and `json_response` instead. The host was not kept.
"""

import json
from typing import Any

HOST = "http://mycompany.bizzcloud.example"
"""The address that such exchanges are given, since theirs was not kept."""


def is_older(row: dict[str, Any]) -> bool:
    """Return whether a line is of the older form."""
    return "path" in row and ("request" in row or "json_request" in row)


def older_row(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the older form in today's."""
    if "json_request" in row:
        content_type = "application/json"
        sent, answered = json.dumps(row["json_request"]), json.dumps(row["json_response"])
    else:
        content_type, sent, answered = row["content_type"], row["request"], row["response"]
    headers = [["Content-Type", content_type]]
    cookies = [["Set-Cookie", row["set_cookie"]]] if row.get("set_cookie") else []
    return {
        "number": number,
        "label": row["label"],
        "request": {"method": "POST", "url": HOST + row["path"], "headers": headers, "text": sent},
        "response": {
            "status": row.get("status", 200),
            "headers": [*headers, *cookies],
            "text": answered,
        },
    }
