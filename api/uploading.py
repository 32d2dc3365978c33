"""A file becomes a Media: looked into, kept, and written as a draft with what it says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath, PureWindowsPath
from secrets import token_hex
from threading import Lock
from typing import IO, Any, cast

from api.fingerprints import Fingerprints
from api.labels import labels
from api.plan.wanted import Writer
from api.provenance import told_of
from graph.errors import GraphError, InvalidValue, StoreUnavailable, WriteUnknown
from graph.model.enums import DigitalSourceType
from graph.model.kinds import URL, locale
from graph.store.batch import ActorKind, Batch, Put, Report
from graph.store.ids import new_id
from graph.store.port import GraphStore
from graph.store.select import Cmp, Select, Shape
from media.duplicates import near
from media.examined import Examined
from media.metadata.said import default_text
from media.provenance import Credentials, Provenance
from media.studio import Studio

_MOST_NEAR = 10
_NAME = 120
_STRIPES = 64
_DEFAULT = "x-default"


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever uploads says of the picture; it goes before what the file says."""

    name: str = ""
    alt: str = ""
    credit: str = ""
    caption: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A picture that looks alike, and in how many of 64 bits it differs."""

    id: str
    label: str
    distance: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is needed before the picture can be published."""

    field: str
    message: str


_UNREAD = Credentials(Provenance.UNREAD)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What came of an upload. `new` is false where the very same bytes were there already."""

    id: str
    new: bool
    sha256: str
    examined: Examined
    duplicates: tuple[Near, ...] = ()
    grant: Mapping[str, object] = field(default_factory=dict[str, object])
    asked: tuple[Asked, ...] = ()
    credentials: Credentials = _UNREAD

    def json(self) -> dict[str, object]:
        """As it is answered over HTTP."""
        one = self.examined
        said = {name: one.said.get(name) for name in ("values", "conflicts", "problems")}
        return {
            "id": self.id,
            "new": self.new,
            "sha256": self.sha256,
            "format": one.format,
            "width": one.width,
            "height": one.height,
            "frames": one.frames,
            "colour": one.colour,
            "profile": one.profile,
            "orientation": one.orientation,
            "placeholder": one.placeholder,
            "said": said,
            "hasPosition": one.said.get("position") is not None,
            "duplicates": [{"id": two.id, "label": two.label, "distance": two.distance} for two in self.duplicates],
            "proposedGrant": dict(self.grant),
            "provenance": told_of(self.credentials),
            "asked": [{"field": two.field, "message": two.message} for two in self.asked],
        }


class Uploads:
    """Takes pictures in. Calls may come from any thread."""

    def __init__(self, store: GraphStore, studio: Studio, fingerprints: Fingerprints, main_locale: str) -> None:
        self._store, self._studio, self._fingerprints, self._locale = store, studio, fingerprints, main_locale
        # Two uploads of the same bytes must not undo each other's original.
        self._locks = [Lock() for _ in range(_STRIPES)]

    def take(self, file: IO[bytes], sha256: str, size: int, told: Told, writer: Writer) -> Uploaded:
        """Take an open file whose digest is known; raises media.errors.MediaError or GraphError.

        Where it cannot be written into the graph, its bytes are not kept either.
        """
        examined = self._studio.examine(file)
        credentials = self._studio.provenance(file, examined.format)
        with self._locks[int(sha256[:8], 16) % _STRIPES]:
            there = self._there(sha256, writer)
            if there is not None:
                answer = self._answer(there, sha256, examined, writer, told, new=False)
                return replace(answer, credentials=credentials)
            name = PurePosixPath(_file_name(told.name)).stem or "picture"
            put = Put(f"{new_id(self._store.model.type('Media'), name)}-{sha256[:8]}", "Media", rev=0)
            put.values = self._values(examined, sha256, size, told)
            fresh = self._studio.storage.keep_original(file, sha256)
            try:
                self._write(put, told, writer)
            except WriteUnknown:
                # It may be in the graph, which then needs its bytes.
                raise
            except Exception:
                if fresh:
                    self._studio.storage.drop_original(sha256)
                raise
        try:
            answer = self._answer(put.id, sha256, examined, writer, told, new=True)
        except StoreUnavailable as error:
            raise WriteUnknown("It was written, and what came of it was not read.") from error
        return replace(answer, credentials=credentials)

    def _write(self, put: Put, told: Told, writer: Writer) -> None:
        reason = f"Uploaded as {_file_name(told.name)}." if told.name else "Uploaded."
        report = self._store.write(Batch((put,), writer.name, ActorKind.PERSON, reason, whole=True))
        if _taken(report):
            # The id stands for other bytes, or for something that the writer does not see.
            put.id = f"{put.id}-{token_hex(3)}"
            report = self._store.write(Batch((put,), writer.name, ActorKind.PERSON, reason, whole=True))
        if report.refused:
            first = report.refused[0]
            raise InvalidValue(first.reason, path=first.path)

    def _there(self, sha256: str, writer: Writer) -> str | None:
        """The Media with these bytes that the writer sees."""
        question = Select("Media", Shape((("id", "id"),)), Cmp("sha256", "eq", sha256), limit=1)
        rows = self._store.ask(writer.viewer, {"media": question})["media"]["rows"]
        return next((str(row["id"]) for row in cast("Sequence[Mapping[str, object]]", rows)), None)

    def _values(self, one: Examined, sha256: str, size: int, told: Told) -> dict[str, object]:
        said: Mapping[str, Any] = one.said
        values: Mapping[str, Any] = said["values"]
        tag, alt = _alt(values.get("alt", {}), told, self._locale)
        found: dict[str, object] = {
            "kind": "PICTURE",
            "state": "DRAFT",
            "sha256": sha256,
            "format": one.format,
            "width": one.width,
            "height": one.height,
            "frames": one.frames,
            "bytes": size,
            "locale": tag,
            "alt": alt,
            "caption": told.caption or default_text(values.get("description")),
            "credit": told.credit or default_text(values.get("credit") or values.get("creators")),
            "copyright": default_text(values.get("copyright")),
            "placeholder": one.placeholder,
            "main_colour": one.main_colour,
            "fingerprint": one.fingerprint,
            "digital_source_type": _source_type(values.get("digital_source_type", "")),
            "metadata": {name: said[name] for name in ("values", "conflicts", "problems") if said[name]} or None,
            "position": said["position"],
        }
        longest = {name: prop.longest for name, prop in self._store.model.type("Media").props.items()}
        return {
            name: value[: longest[name] or None] if isinstance(value, str) else value
            for name, value in found.items()
            if value not in (None, "")
        }

    def _answer(self, id: str, sha256: str, examined: Examined, writer: Writer, told: Told, *, new: bool) -> Uploaded:
        alike = self._fingerprints.all()
        alike.pop(id, None)
        pairs = near(examined.fingerprint, alike)
        known = labels(self._store, writer.viewer, [one for one, _ in pairs], self._locale)
        seen = tuple(Near(one, known[one].text, apart) for one, apart in pairs if one in known)[:_MOST_NEAR]
        values: Mapping[str, Any] = examined.said["values"]
        return Uploaded(id, new, sha256, examined, seen, _grant(values, told), _asked(examined.said, told))


def _taken(report: Report) -> bool:
    return any(one.path == "rev" for one in report.refused)


def _file_name(name: str) -> str:
    """The last part of a name, whatever folders a browser or a person put before it, as one harmless line."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    return "".join(letter for letter in last if letter.isprintable())[:_NAME]


def _alt(said: Mapping[str, str], told: Told, main: str) -> tuple[str, str]:
    """The alt text with its language: as told, or the file's in the language asked for, or in any that it names."""
    tag = _locale(told.locale) or main
    if told.alt:
        return tag, told.alt
    texts = {_locale(name): text for name, text in said.items() if name != _DEFAULT and _locale(name)}
    if tag in texts:
        return tag, texts[tag]
    if texts and not told.locale:
        return next(iter(texts.items()))
    return tag, said.get(_DEFAULT, "")


def _locale(tag: str) -> str:
    try:
        return locale(tag) if tag else ""
    except GraphError:
        return ""


def _source_type(term: str) -> str | None:
    """A term of the IPTC as the model spells it."""
    spelled = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in term)
    return spelled if spelled in set(DigitalSourceType) else None


def _grant(values: Mapping[str, Any], told: Told) -> dict[str, object]:
    """A RightsGrant as the file proposes it, for a person to check; nothing of it holds by itself."""
    licensors: Sequence[Mapping[str, str]] = values.get("licensors") or []
    holder = next((one["name"] for one in licensors if one.get("name")), "") or default_text(
        values.get("copyright") or values.get("creators")
    )
    found: dict[str, object] = {
        "title": f"Rights in {_file_name(told.name) or default_text(values.get('title')) or 'the picture'}",
        "licence": _address(values.get("licence", "")),
        "terms": default_text(values.get("usage_terms")),
        "holder": holder,
        "validUntil": values.get("expires", ""),
    }
    return {name: value for name, value in found.items() if value}


def _address(text: str) -> str:
    try:
        return str(URL.check(text))
    except InvalidValue:
        return ""


def _asked(said: Mapping[str, Any], told: Told) -> tuple[Asked, ...]:
    values: Mapping[str, Any] = said["values"]
    found: list[Asked] = []
    if not (told.alt or values.get("alt")):
        found.append(Asked("alt", "Say what is to be seen, for those who do not see it."))
    if not (told.credit or values.get("credit") or values.get("creators")):
        found.append(Asked("credit", "Name who is to be credited."))
    found.append(Asked("rights", "Link the RightsGrant under which it may be shown; without one nobody is shown it."))
    if values.get("persons") and values.get("model_release") not in ("MR-UMR", "MR-NAP"):
        found.append(Asked("depicts", "Persons are shown: link their Consent, or the release they gave."))
    found += [
        Asked(name, f"The file says different things of {name} in {' and '.join(by)}. Choose one.")
        for name, by in said["conflicts"].items()
    ]
    return tuple(found)
