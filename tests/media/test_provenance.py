"""C2PA: what manifests say, what is changed since, and pictures that are signed when they leave."""

import hashlib
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest

from media.errors import StorageFailed
from media.metadata.notice import Notice
from media.profiles import RenditionProfile, Source, plans
from media.provenance import Provenance
from media.signing import open_anchors, open_signing
from media.storage import storage_in_memory
from media.studio import Studio
from tests.media.certificates import certified
from tests.media.drawing import FORMATS, draw, encode, file_of

pytestmark = pytest.mark.c2pa
NOTICE = Notice(id="media:hill", credit="Contoh", copyright="© 2026 Contoh", alt={"en": "A hill."})
SECRET = "39,21.102N"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("own"))


@pytest.fixture
def studio(own, tmp_path) -> Studio:
    signing = open_signing(own.key, own.certificate)
    return Studio(storage_in_memory(), tmp_path, signing=signing, anchors=open_anchors(own.anchors))


def by_a_camera(data: bytes, camera: Any, mime: str = "image/jpeg") -> bytes:
    """As a camera signs it, with where it was taken."""
    c2pa: Any = import_module("c2pa")
    place = {"@context": {"exif": "http://ns.adobe.com/exif/1.0/"}, "exif:GPSLatitude": SECRET}
    manifest = {
        "claim_generator_info": [{"name": "Sample camera", "version": "2"}],
        "format": mime,
        "assertions": [{"label": "stds.exif", "data": place, "kind": "Json"}],
    }
    context = c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}})
    builder = c2pa.Builder(manifest, context=context)
    builder.set_intent(c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.DIGITAL_CAPTURE)
    chain, key = camera.certificate.read_bytes(), camera.key.read_bytes()
    out = BytesIO()
    builder.sign(c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", chain, key, None)), mime, BytesIO(data), out)
    return out.getvalue()


def kept(studio: Studio, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    with file_of(data) as file:
        studio.storage.keep_original(file, digest)
    return digest


def read(studio: Studio, data: bytes, format: str = "JPEG") -> Any:
    with file_of(data) as file:
        return studio.provenance(file, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_without_a_manifest_says_nothing(studio, format):
    assert read(studio, encode(draw(), format), format).state is Provenance.NONE


def test_a_signature_holds_until_a_byte_is_changed_and_is_vouched_for_or_not(studio, own, tmp_path):
    signed = by_a_camera(encode(draw()), own)
    strange = by_a_camera(encode(draw()), certified(tmp_path / "other", "A stranger"))
    tampered = bytearray(signed)
    tampered[-100] ^= 1
    found = read(studio, signed)

    assert (found.state, found.signer, found.made_with) == (
        Provenance.TRUSTED,
        "Sample desk, Sample",
        "Sample camera 2",
    )
    assert (found.actions, found.made_from, found.problems) == (("created",), (), ())
    assert read(studio, strange).state is Provenance.VALID
    assert read(studio, strange).problems == ("signingCredential.untrusted",)
    assert read(studio, bytes(tampered)).state is Provenance.INVALID
    assert read(studio, bytes(tampered)).problems == ("assertion.dataHash.mismatch",)


def test_large_renditions_are_signed_and_name_the_original_and_small_ones_are_as_they_were(studio):
    source, original = Source(1600, 1000), encode(draw(1600, 1000), exif=b"")
    digest, recipe = kept(studio, original), "0" * 16
    wanted = [one for one in plans(source, RenditionProfile.RESPONSIVE) if one.width in (320, 1280)]
    made = {one.file: one for one in studio.make(digest, recipe, wanted, NOTICE)}

    for plan in wanted:
        data = studio.kept(recipe, plan)
        assert data is not None
        found = read(studio, data, plan.format)
        large = plan.width >= 1280
        assert len(data) == made[plan.file].bytes
        assert found.state is (Provenance.TRUSTED if large else Provenance.NONE)
        assert found.made_from == (("media:hill",) if large else ())
        assert (b"Contoh" in data, b"A hill." in data) == (True, True)
    assert studio.storage.get(f"{recipe}/w1280.jpg") is None, "it would be without a signature"


def test_where_a_picture_was_taken_stays_behind_in_the_original_s_manifest(studio, own):
    original = by_a_camera(encode(draw(1400, 900)), own)
    assert SECRET.encode() in original
    digest, recipe = kept(studio, original), "1" * 16
    [plan] = [one for one in plans(Source(1400, 900), RenditionProfile.RESPONSIVE) if one.file == "w1400.jpg"]
    studio.make(digest, recipe, [plan], NOTICE)
    data = studio.kept(recipe, plan) or b""
    found = read(studio, data)

    assert found.state is Provenance.TRUSTED
    assert found.actions == ("opened", "redacted", "resized")
    assert SECRET.encode() not in data


def test_a_copy_of_the_original_is_signed_and_the_original_stays_as_it_came(studio):
    original = encode(draw(), "PNG")
    digest = kept(studio, original)
    found = read(studio, studio.signed_original(digest, "media:hill"), "PNG")

    assert (found.state, found.actions, found.made_from) == (
        Provenance.TRUSTED,
        ("opened", "published"),
        ("media:hill",),
    )
    assert studio.storage.original_size(digest) == len(original)


def test_an_original_that_was_changed_is_still_rendered_and_our_signature_says_so(studio, own):
    tampered = bytearray(by_a_camera(encode(draw(1300, 900)), own))
    tampered[-100] ^= 1
    digest, recipe = kept(studio, bytes(tampered)), "2" * 16
    [plan] = [one for one in plans(Source(1300, 900), RenditionProfile.RESPONSIVE) if one.file == "w1300.jpg"]
    studio.make(digest, recipe, [plan], NOTICE)

    data = studio.kept(recipe, plan) or b""
    assert data.startswith(b"\xff\xd8")
    assert b"assertion.dataHash.mismatch" in data


def test_nothing_is_signed_without_a_key(tmp_path):
    studio = Studio(storage_in_memory(), tmp_path)
    digest = kept(studio, encode(draw()))

    with pytest.raises(StorageFailed, match="Set DUTA_C2PA_KEY"):
        studio.signed_original(digest, "media:hill")


def test_a_key_that_is_of_no_use_is_told(own, tmp_path):
    other = certified(tmp_path / "other")
    (tmp_path / "text").write_text("no key")

    assert open_signing(None, None) is None
    for key, certificate, why in (
        (own.key, None, "one of them is not named"),
        (own.key, other.certificate, "the first certificate is of another key"),
        (tmp_path / "text", own.certificate, "cannot be read as PEM"),
        (tmp_path / "nowhere", own.certificate, "cannot be read as PEM"),
    ):
        with pytest.raises(StorageFailed, match=why):
            open_signing(key, certificate)
    with pytest.raises(StorageFailed, match="holds no certificates"):
        open_anchors(tmp_path / "text")
