"""Asks e-Boekhouden twice through VCR.py: from a cassette, or recording one."""

import json
import os

import requests
import vcr

target = json.loads(os.environ["TARGET"])
with vcr.use_cassette(
    target["cassette"], record_mode=target["mode"], match_on=("method", "uri", "body")
) as cassette:
    page = requests.get(f"{target['url']}?wsdl", timeout=30)
    sent = requests.post(
        target["url"], "<x>é</x>".encode(), headers={"Content-Type": "text/xml"}, timeout=30
    )
    seen = [page.status_code, page.text, sent.status_code, sent.text]
print(json.dumps({"seen": seen, "played": cassette.play_count}))
