"""The fake's WSDL is the real one's, part by part."""

import copy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner
from lxml import etree

from contracts.cli import wsdl as wsdl_command
from contracts.eboekhouden.interface import compare, inventory, parts
from fakes.eboekhouden import wsdl

SERVED = wsdl.document("http://books.example/soap.asmx")


def test_the_inventory_has_every_kind_of_part_of_the_real_wsdl() -> None:
    kinds = ("schema", "complex type", "enum", "element", "message", "operation", "binding")
    counted = {kind: sum(name.startswith(f"{kind} ") for name in inventory()) for kind in kinds}
    assert counted == {
        "schema": 1,
        "complex type": 51,
        "enum": 2,
        "element": 40,
        "message": 40,
        "operation": 20,
        "binding": 2,
    }
    assert sum(name.startswith("bound operation ") for name in inventory()) == 40
    assert len(inventory()) == 198


def test_the_served_wsdl_equals_the_real_one_in_all_parts_and_has_none_beside() -> None:
    compared = compare(parts(SERVED), inventory())
    assert (compared.different, compared.missing, compared.extra) == ([], [], [])
    assert len(compared.equal) == 198


SAME = {"maxOccurs": "1", "minOccurs": "1", "style": "document"}
"""What an attribute says that may as well be left out, where the WSDL spells it out."""


def changed(root: etree._Element) -> Iterator[str]:
    """Change a WSDL in one place after another, name each change, and take it back."""
    seen: Counter[str] = Counter()
    for element in list(root.iter()):
        parent = element.getparent()
        name = str(etree.QName(element).localname)
        path = f"{etree.QName(parent).localname}/{name}" if parent is not None else name
        seen[path] += 1
        if seen[path] > 2:
            continue
        for attribute, value in [(str(name), str(value)) for name, value in element.items()]:
            if attribute != "location":
                element.set(attribute, f"{value}x")
                yield f"{path} with another {attribute}"
            del element.attrib[attribute]
            if SAME.get(attribute) != value:
                yield f"{path} without {attribute}"
            element.set(attribute, value)
        if parent is not None:
            place = parent.index(element)
            parent.insert(place, copy.deepcopy(element))
            yield f"{path} twice"
            parent.remove(parent[place])
            parent.remove(element)
            yield f"no {path}"
            parent.insert(place, element)
            tag, element.tag = element.tag, f"{element.tag!s}X"
            yield f"{path} of another kind"
            element.tag = tag


def test_every_change_of_the_wsdl_is_seen() -> None:
    root = etree.fromstring(SERVED, etree.XMLParser(remove_blank_text=True))
    changes, unseen = 0, []
    for change in changed(root):
        changes += 1
        try:
            same = compare(parts(etree.tostring(root)), inventory()).same
        except ValueError:
            continue
        if same:
            unseen.append(change)
    assert unseen == []
    assert changes > 200
    assert compare(parts(etree.tostring(root)), inventory()).same


def test_a_changed_a_missing_and_an_extra_part_are_each_named(tmp_path: Path) -> None:
    changed = (
        SERVED.replace(b'name="Factuurnummer" type="s:string"', b'name="Factuurnr" type="s:string"')
        .replace(b"cKostenplaatsFilter", b"cOtherFilter")
        .decode()
    )
    place = tmp_path / "changed.wsdl"
    place.write_text(changed, encoding="utf-8")
    result = CliRunner().invoke(wsdl_command, ["compare", str(place)])
    assert result.exit_code == 1
    assert "differs: complex type cMutatie\n" in result.output
    assert "Factuurnr: xsd:string 0..1" in result.output
    assert "missing: complex type cKostenplaatsFilter" in result.output
    assert "extra: complex type cOtherFilter" in result.output


def test_a_file_that_is_no_wsdl_is_said_to_be_none(tmp_path: Path) -> None:
    place = tmp_path / "page.html"
    place.write_text("<html/>", encoding="utf-8")
    result = CliRunner().invoke(wsdl_command, ["compare", str(place)])
    assert result.exit_code == 1
    assert "this is no WSDL: its root element is html" in result.output
