"""C2PA manifests read and written, in a child process. Of an original's only what was done to it leaves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from media.metadata.values import text_of
from media.provenance import Credentials, Provenance

_STATES = {"Trusted": Provenance.TRUSTED, "Valid": Provenance.VALID}
_MOST = 20
#: Neither the network is asked nor a picture put into a manifest.
_SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
    "builder": {"thumbnail": {"enabled": False}},
}
#: What an original's manifest may say to everybody: what was done to it, and that it was not changed.
_TOLD = ("c2pa.actions", "c2pa.hash", "c2pa.ingredient")


def read(data: bytes, mime: str, anchors: str) -> Credentials:
    """What the manifest in a picture says."""
    c2pa: Any = import_module("c2pa")
    try:
        reader = c2pa.Reader.try_create(mime, BytesIO(data), context=_context(c2pa, anchors))
    except c2pa.C2paError as error:
        # It has something for a manifest that is none, as where it was tampered with.
        return Credentials(Provenance.INVALID, problems=(text_of(str(error))[:200],))
    if reader is None:
        return Credentials(Provenance.NONE)
    with reader:
        store = json.loads(reader.json())
    try:
        return _credentials(store)
    except (AttributeError, TypeError, ValueError):
        # Whoever writes a manifest may put anything in the place of what belongs there.
        return Credentials(Provenance.INVALID)


def read_json(data: bytes, mime: str, anchors: str) -> dict[str, Any]:
    """The same as it travels between processes."""
    return asdict(read(data, mime, anchors))


def _context(c2pa: Any, anchors: str) -> Any:
    return c2pa.Context.from_dict({**_SETTINGS, **({"trust": {"trust_anchors": anchors}} if anchors else {})})


def _credentials(store: Mapping[str, Any]) -> Credentials:
    active: Mapping[str, Any] = store.get("manifests", {}).get(store.get("active_manifest", ""), {})
    signature: Mapping[str, Any] = active.get("signature_info") or {}
    validated: Mapping[str, Any] = store.get("validation_results") or {}
    results: Mapping[str, Any] = validated.get("activeManifest") or {}
    named = [signature.get("common_name"), signature.get("issuer")]
    done = (
        one.get("action", "").rpartition(".")[2]
        for each in active.get("assertions", ())
        if str(each.get("label", "")).startswith("c2pa.actions")
        for one in each.get("data", {}).get("actions", ())
    )
    return Credentials(
        _STATES.get(str(store.get("validation_state")), Provenance.INVALID),
        ", ".join(dict.fromkeys(_texts(named))),
        ", ".join(_texts(f"{one.get('name') or ''} {one.get('version') or ''}" for one in _makers(active))),
        _texts(done),
        _texts(one.get("title") for one in active.get("ingredients", ())),
        _texts(one.get("code") for one in results.get("failure", ())),
    )


def _makers(active: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = active.get("claim_generator_info") or ()
    return found or ({"name": active.get("claim_generator", "")},)


def _texts(found: Any) -> tuple[str, ...]:
    texts = (text_of(one)[:200] for one in found if isinstance(one, str))
    return tuple(dict.fromkeys(one for one in texts if one))[:_MOST]


def sign(original: bytes, parts: Sequence[tuple[str, bytes]], job: Mapping[str, Any], action: str) -> list[bytes]:
    """Each part, of a media type, signed as made from the original.

    `job` has the files of key and certificate, the algorithm, the title, and the original's media type.
    """
    c2pa: Any = import_module("c2pa")
    chain, key = Path(job["certificate"]).read_bytes(), Path(job["key"]).read_bytes()
    hidden = _private(c2pa, original, job["mime"])
    found: list[bytes] = []
    for mime, data in parts:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(job["algorithm"].lower().encode(), chain, key, None))
        builder = c2pa.Builder(_manifest(job["title"], mime, hidden, action), context=_context(c2pa, ""))
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        named = {"title": job["title"], "relationship": "parentOf"}
        builder.add_ingredient(named, job["mime"], BytesIO(original))
        out = BytesIO()
        builder.sign(signer, mime, BytesIO(data), out)
        found.append(out.getvalue())
    return found


def _manifest(title: str, mime: str, hidden: Sequence[str], action: str) -> dict[str, Any]:
    redacted = [
        {"action": "c2pa.redacted", "reason": "c2pa.PII.present", "parameters": {"redacted": one}} for one in hidden
    ]
    return {
        "claim_generator_info": [{"name": "Duta"}],
        "title": title,
        "format": mime,
        "redactions": list(hidden),
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [*redacted, {"action": action}]}}],
    }


def _private(c2pa: Any, original: bytes, mime: str) -> list[str]:
    """What of an original's manifests stays behind, as where it was taken does: all but what was done to it."""
    reader = c2pa.Reader.try_create(mime, BytesIO(original), context=_context(c2pa, ""))
    if reader is None:
        return []
    with reader:
        store = json.loads(reader.json())
    return [
        f"self#jumbf=/c2pa/{label}/c2pa.assertions/{one['label']}"
        for label, manifest in store.get("manifests", {}).items()
        for one in manifest.get("assertions", ())
        if not str(one.get("label", "")).startswith(_TOLD)
    ]


def signed(data: bytes, job: Mapping[str, Any]) -> tuple[dict[str, str], list[bytes]]:
    """The same for another process: the original and the parts come as one file, with their sizes."""
    pieces: list[bytes] = []
    at = 0
    for size in job["sizes"]:
        pieces.append(data[at : at + size])
        at += size
    original, *parts = pieces
    c2pa: Any = import_module("c2pa")
    try:
        made = sign(original, list(zip(job["mimes"], parts, strict=True)), job, job["action"])
    except c2pa.C2paError as error:
        return {"problem": text_of(str(error))[:300]}, parts
    return {}, made
