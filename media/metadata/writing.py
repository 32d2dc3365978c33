"""The metadata of what we give out: our own words on credit and rights, and nothing of the original's."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from media.metadata.notice import Notice
from media.metadata.xmp import NAMESPACES, RDF

_ARTIST, _COPYRIGHT = 0x013B, 0x8298
_MOST = 60_000
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def exif_of(notice: Notice) -> bytes:
    """Artist and copyright; other scripts only survive as bytes of UTF-8."""
    exif = Image.Exif()
    artist = "; ".join(notice.creators) or notice.credit
    if artist:
        exif[_ARTIST] = artist.encode()
    if notice.copyright or notice.credit:
        exif[_COPYRIGHT] = (notice.copyright or notice.credit).encode()
    return exif.tobytes() if len(exif) else b""


def xmp_of(notice: Notice) -> bytes:
    """A packet of XMP with what the notice holds."""
    parts = [
        _plain("dc:identifier", notice.id),
        _alt("dc:title", {"x-default": notice.title} if notice.title else {}),
        _list("dc:creator", "Seq", notice.creators),
        _alt("dc:rights", {"x-default": notice.copyright} if notice.copyright else {}),
        _plain("photoshop:Credit", notice.credit),
        _plain("xmpRights:WebStatement", notice.licence),
        _alt("xmpRights:UsageTerms", {"x-default": notice.usage_terms} if notice.usage_terms else {}),
        _licensor(notice),
        _plain("Iptc4xmpExt:DigitalSourceType", _SOURCE_TYPES + notice.source_type if notice.source_type else ""),
    ]
    alt = dict(notice.alt)
    while len((body := "".join([*parts, _alt("Iptc4xmpCore:AltTextAccessibility", alt)])).encode()) > _MOST and alt:
        # A JPEG holds no longer packet; the first languages stay.
        alt.popitem()
    used = "".join(f" xmlns:{name}={quoteattr(uri)}" for name, uri in NAMESPACES.items() if f"<{name}:" in body)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""{used}>{body}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _plain(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _list(name: str, kind: str, items: tuple[str, ...]) -> str:
    inner = "".join(f"<rdf:li>{escape(item)}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inner}</rdf:{kind}></{name}>" if items else ""


def _alt(name: str, texts: Mapping[str, str]) -> str:
    """A text by language; readers that know no languages take the first, which has to be the default."""
    if not texts:
        return ""
    ordered = {"x-default": texts.get("x-default") or next(iter(texts.values())), **texts}
    inner = "".join(f"<rdf:li xml:lang={quoteattr(tag)}>{escape(text)}</rdf:li>" for tag, text in ordered.items())
    return f"<{name}><rdf:Alt>{inner}</rdf:Alt></{name}>"


def _licensor(notice: Notice) -> str:
    inner = _plain("plus:LicensorName", notice.licensor) + _plain("plus:LicensorURL", notice.licensor_url)
    if not inner:
        return ""
    return f'<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource">{inner}</rdf:li></rdf:Seq></plus:Licensor>'
