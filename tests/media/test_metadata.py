"""What is read of EXIF, IPTC-IIM and XMP, and what is written into our own pictures."""

import pytest
from PIL import Image

from media.errors import Reason, Refused
from media.examining import examine
from media.limits import Limits
from media.metadata.notice import Notice
from media.metadata.writing import exif_of, xmp_of
from tests.media.drawing import behind_head, draw, encode, segment

RDF = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" {attributes}>{body}</rdf:Description></rdf:RDF>
</x:xmpmeta>"""

FULL = """
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Kimjang</rdf:li><rdf:li xml:lang="ko">김장</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Siti Contoh</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Contoh</rdf:li></rdf:Alt></dc:rights>
<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">Press only.</rdf:li></rdf:Alt></xmpRights:UsageTerms>
<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorName>Contoh Agency</plus:LicensorName>
<plus:LicensorURL>https://contoh.example/licence</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>
<plus:ModelReleaseStatus>http://ns.useplus.org/ldf/vocab/MR-UMR</plus:ModelReleaseStatus>
<plus:PropertyReleaseStatus rdf:resource="http://ns.useplus.org/ldf/vocab/PR-NAP"/>
<plus:LicenseEndDate>2027-03-31T00:00:00Z</plus:LicenseEndDate>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>A sample person</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li><rdf:Description Iptc4xmpExt:City="Seoul" Iptc4xmpExt:CountryName="Korea"/>
</rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>
<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture</Iptc4xmpExt:DigitalSourceType>
<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">Women salt cabbage.</rdf:li>
<rdf:li xml:lang="id">Para perempuan menggarami kubis.</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>
"""


def xmp(body: str = "", attributes: str = "") -> bytes:
    return RDF.format(body=body, attributes=attributes).encode()


def iim(*records: tuple[int, bytes]) -> bytes:
    """A JPEG's segment with records of IPTC-IIM."""
    data = b"".join(b"\x1c\x02" + bytes((tag,)) + len(text).to_bytes(2, "big") + text for tag, text in records)
    block = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data + b"\0" * (len(data) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + block)


def said(data: bytes) -> dict:
    return examine(data, Limits()).said


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_xmp_is_read_in_each_format_that_holds_it(format):
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp(FULL).decode())
        data = encode(draw(), format, pnginfo=info)
    elif format == "TIFF":
        data = encode(draw(), format, tiffinfo={700: xmp(FULL)})
    else:
        data = encode(draw(), format, xmp=xmp(FULL))

    assert said(data)["values"] == {
        "title": {"x-default": "Kimjang", "ko": "김장"},
        "alt": {"x-default": "Women salt cabbage.", "id": "Para perempuan menggarami kubis."},
        "creators": ["Siti Contoh"],
        "copyright": {"x-default": "© Contoh"},
        "usage_terms": {"x-default": "Press only."},
        "licensors": [{"name": "Contoh Agency", "url": "https://contoh.example/licence"}],
        "persons": ["A sample person"],
        "places": ["Seoul, Korea"],
        "model_release": "MR-UMR",
        "property_release": "PR-NAP",
        "digital_source_type": "digitalCapture",
        "expires": "2027-03-31",
    }


def test_properties_written_as_attributes_are_read_too():
    found = said(encode(draw(), xmp=xmp(attributes='photoshop:Credit="Contoh" photoshop:City="Jakarta"')))

    assert found["values"] == {"credit": "Contoh", "places": ["Jakarta"]}


def test_iptc_is_read_in_utf_8_and_in_older_encodings():
    jpeg = encode(draw())
    records = ((5, b"Batik"), (80, b"Siti"), (80, b"Budi"), (116, "© Contoh".encode("cp1252")), (37, b"20270331"))

    assert said(behind_head(jpeg, iim(*records)))["values"] == {
        "title": "Batik",
        "creators": ["Siti", "Budi"],
        "copyright": "© Contoh",
        "expires": "2027-03-31",
    }
    assert said(behind_head(jpeg, iim((120, "김장".encode()))))["values"] == {"description": "김장"}


def test_exif_is_read_and_where_it_was_taken_stands_apart():
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x0132] = "Siti; Budi", "© Ñusta 김".encode(), "2026:05:17 10:00:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "S", (6.0, 12.0, 36.0), "E", (106.0, 49.0, 12.0)
    found = said(encode(draw(), exif=exif))

    assert found["values"] == {"creators": ["Siti", "Budi"], "copyright": "© Ñusta 김", "created": "2026-05-17"}
    assert found["position"] == {"lat": -6.21, "lon": 106.82}


def test_standards_that_differ_are_all_told_and_the_widest_is_taken():
    exif = Image.Exif()
    exif[0x8298] = "© Somebody else".encode()
    data = encode(draw(), exif=exif, xmp=xmp(FULL))
    found = said(behind_head(data, iim((116, b"(c) Third"), (5, b"KIMJANG"))))

    assert found["values"]["copyright"] == {"x-default": "© Contoh"}
    assert found["conflicts"] == {
        "copyright": {"XMP": {"x-default": "© Contoh"}, "IPTC": "(c) Third", "EXIF": "© Somebody else"}
    }


def test_a_text_that_iptc_cut_off_is_no_conflict():
    long = "Women of a village salt cabbage for the winter together"
    body = f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{long}</rdf:li></rdf:Alt></dc:title>'
    found = said(behind_head(encode(draw(), xmp=xmp(body)), iim((5, long[:40].encode()))))

    assert found["conflicts"] == {}


def test_damaged_metadata_is_told_and_the_picture_is_taken():
    found = said(encode(draw(), xmp=b"<x:xmpmeta"))

    assert found["problems"] == ["The XMP is not well-formed and was not read."]
    assert found["values"] == {}


def test_xmp_that_declares_entities_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x:xmpmeta>&b;</x:xmpmeta>'
    with pytest.raises(Refused) as refused:
        said(encode(draw(), xmp=bomb))

    assert refused.value.reason == Reason.TOO_MUCH_METADATA


NOTICE = Notice(
    id="media:kimjang",
    title="Kimjang & <salt>",
    creators=("Siti Ñusta", "김 견본"),
    credit='Contoh "Agency"',
    copyright="© 2026 Contoh",
    licence="https://creativecommons.org/licenses/by/4.0/",
    usage_terms="Name the maker.",
    licensor="Contoh",
    licensor_url="https://contoh.example/?a=1&b=2",
    source_type="digitalCapture",
    alt={"en": "Women salt cabbage.", "ko": "여성들이 배추를 절인다.", "ar": "نساء يملحن الملفوف"},
)


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF"])
def test_what_is_written_is_read_again_in_every_script(format):
    found = said(encode(draw(), format, exif=exif_of(NOTICE), xmp=xmp_of(NOTICE)))

    assert found["conflicts"] == {}
    assert found["values"] == {
        "title": {"x-default": "Kimjang & <salt>"},
        "alt": {"x-default": "Women salt cabbage.", **NOTICE.alt},
        "creators": ["Siti Ñusta", "김 견본"],
        "credit": 'Contoh "Agency"',
        "copyright": {"x-default": "© 2026 Contoh"},
        "usage_terms": {"x-default": "Name the maker."},
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "licensors": [{"name": "Contoh", "url": "https://contoh.example/?a=1&b=2"}],
        "digital_source_type": "digitalCapture",
    }


def test_nothing_is_written_where_there_is_nothing_to_say():
    assert exif_of(Notice()) == b""
    assert said(encode(draw(), xmp=xmp_of(Notice())))["values"] == {}
