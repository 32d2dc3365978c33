"""XMP: a packet of RDF, read by a parser that refuses entities."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media.errors import Reason, Refused
from media.metadata.said import Value
from media.metadata.values import MOST, day_of, text_of, texts_of

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Prefixes as the standards write them.
NAMESPACES: Mapping[str, str] = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LONGEST_PACKET = 1 << 20
_LIST = {f"{{{RDF}}}{kind}" for kind in ("Alt", "Bag", "Seq")}
_RESOURCE = f"{{{RDF}}}resource"
_DESCRIPTION, _LI = f"{{{RDF}}}Description", f"{{{RDF}}}li"


class Unreadable(Exception):
    """A packet that is no XMP."""


def read_xmp(packet: bytes) -> dict[str, Value]:
    """The fields that a packet has; raises Unreadable, and Refused where it is made to do harm."""
    properties = _properties(packet)
    found: dict[str, Value] = {}
    for name, (path, read) in _FIELDS.items():
        prefix, _, local = path.partition(":")
        nodes = properties.get(f"{{{NAMESPACES[prefix]}}}{local}", [])
        value = next((value for node in nodes if (value := read(node))), None)
        if value:
            found[name] = value
    place = _place(properties)
    if place and "places" not in found:
        found["places"] = [place]
    return found


def _properties(packet: bytes) -> dict[str, list[Any]]:
    """Properties by qualified name: elements, or the texts of attributes."""
    if len(packet) > _LONGEST_PACKET:
        raise Unreadable("The XMP is longer than a megabyte and was not read.")
    try:
        root = fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused(
            Reason.TOO_MUCH_METADATA,
            "The file's XMP declares entities, which serve to harm who reads it. Save the picture anew.",
        ) from None
    except (ParseError, ValueError, LookupError):
        raise Unreadable("The XMP is not well-formed and was not read.") from None
    found: dict[str, list[Any]] = {}
    # Only descriptions of the file itself, not of structures within them.
    for description in (one for rdf in root.iter(f"{{{RDF}}}RDF") for one in rdf.findall(_DESCRIPTION)):
        for name, value in description.attrib.items():
            found.setdefault(name, []).append(value)
        for child in description:
            found.setdefault(child.tag, []).append(child)
    return found


def _items(node: Any) -> Iterator[Any]:
    """The items of a list, or the one value there is."""
    if isinstance(node, Element):
        for container in node:
            if container.tag in _LIST:
                yield from list(container.iter(_LI))[:MOST]
                return
    yield node


def _one(node: Any) -> str:
    """One text, whatever it is wrapped in."""
    if not isinstance(node, Element):
        return text_of(node)
    first = next(_items(node))
    if first is not node:
        return _one(first)
    return text_of(node.text or node.attrib.get(_RESOURCE, ""))


def _many(node: Any) -> list[str]:
    return texts_of([_one(item) for item in _items(node)])


def _by_language(node: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in _items(node):
        language = item.attrib.get(LANG, "x-default") if isinstance(item, Element) else "x-default"
        text = _one(item)
        if text:
            found.setdefault(text_of(language)[:40], text)
    return found


def _structs(node: Any) -> Iterator[dict[str, str]]:
    """Structures by local name, in any of the forms that RDF has for them."""
    for item in _items(node):
        if not isinstance(item, Element):
            continue
        element = cast("Element", item)
        holder = next(iter(element.findall(_DESCRIPTION)), element)
        told = {name.rpartition("}")[2]: text_of(value) for name, value in holder.attrib.items()}
        told |= {child.tag.rpartition("}")[2]: _one(child) for child in holder}
        yield told


def _licensors(node: Any) -> list[dict[str, str]]:
    kept = {"LicensorName": "name", "LicensorURL": "url", "LicensorEmail": "email"}
    found = [{to: one[name] for name, to in kept.items() if one.get(name)} for one in _structs(node)]
    return [one for one in found if one]


def _shown(node: Any) -> list[str]:
    """Places as texts, from the narrowest to the widest."""
    parts = ("LocationName", "Sublocation", "City", "ProvinceState", "CountryName")
    return texts_of([", ".join(texts_of([one.get(part, "") for part in parts])) for one in _structs(node)])


def _place(properties: Mapping[str, list[Any]]) -> str:
    """The one place of the older properties."""
    names = (("Iptc4xmpCore", "Location"), ("photoshop", "City"), ("photoshop", "State"), ("photoshop", "Country"))
    nodes = [properties.get(f"{{{NAMESPACES[prefix]}}}{local}", [""])[0] for prefix, local in names]
    return ", ".join(texts_of([_one(node) for node in nodes]))


def _last(node: Any) -> str:
    """The last part of an address that stands for a term."""
    return _one(node).rstrip("/").rpartition("/")[2]


def _day(node: Any) -> str:
    return day_of(_one(node))


_FIELDS: Mapping[str, tuple[str, Callable[[Any], Value]]] = {
    "title": ("dc:title", _by_language),
    "headline": ("photoshop:Headline", _one),
    "description": ("dc:description", _by_language),
    "alt": ("Iptc4xmpCore:AltTextAccessibility", _by_language),
    "long_alt": ("Iptc4xmpCore:ExtDescrAccessibility", _by_language),
    "keywords": ("dc:subject", _many),
    "creators": ("dc:creator", _many),
    "credit": ("photoshop:Credit", _one),
    "source": ("photoshop:Source", _one),
    "copyright": ("dc:rights", _by_language),
    "usage_terms": ("xmpRights:UsageTerms", _by_language),
    "licence": ("xmpRights:WebStatement", _one),
    "licensors": ("plus:Licensor", _licensors),
    "instructions": ("photoshop:Instructions", _one),
    "persons": ("Iptc4xmpExt:PersonInImage", _many),
    "places": ("Iptc4xmpExt:LocationShown", _shown),
    "model_release": ("plus:ModelReleaseStatus", _last),
    "model_releases": ("plus:ModelReleaseID", _many),
    "property_release": ("plus:PropertyReleaseStatus", _last),
    "property_releases": ("plus:PropertyReleaseID", _many),
    "minor": ("plus:MinorModelAgeDisclosure", _last),
    "digital_source_type": ("Iptc4xmpExt:DigitalSourceType", _last),
    "expires": ("plus:LicenseEndDate", _day),
    "created": ("photoshop:DateCreated", _day),
    "software": ("xmp:CreatorTool", _one),
}
