"""What has to be asked, and of whom, so that an asset which a gate keeps out may stand in a story."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from graph.model.enums import UseChannel, UsePurpose
from graph.model.kinds import Locale
from graph.store.select import Viewer
from graph.story.plan.gates import FixAction, Hindrance, Standing
from graph.story.plan.weighing import Scales
from graph.story.repairs.asks import About, ask, request, rights_asks, unlocks_gate
from graph.story.repairs.values import AskedFix, AskedFixKind, FixAsk, FixRequest
from graph.story.rights.asked import RightsUse
from graph.story.rights.asking import is_outside
from graph.story.rights.check import Checking
from graph.story.rights.material import Material

_KINDS = {
    FixAction.PUBLISH: AskedFixKind.PUBLISH,
    FixAction.EXTEND: AskedFixKind.EXTEND,
    FixAction.TRANSLATE: AskedFixKind.TRANSLATE,
    FixAction.PUBLISH_TEXT: AskedFixKind.PUBLISH_TEXT,
    FixAction.ASK_FOR_RIGHTS: AskedFixKind.RIGHTS,
    FixAction.COORDINATE: AskedFixKind.COORDINATE,
}


class Requests:
    """The requests of a plan, of what was read for its rights; none for partners and the public."""

    def __init__(self, viewer: Viewer, scales: Scales, materials: Mapping[str, Material]) -> None:
        self._outside, self._scales, self._materials = is_outside(viewer), scales, materials
        self._judging: dict[str, Checking] = {}

    def of(self, one: Hindrance, standing: Standing, others: int) -> FixRequest | None:
        """What has to be asked to open a gate; `others` more keep the asset out."""
        scales, kind = self._scales, _KINDS.get(one.fix.action)
        if kind is None or self._outside:
            return None
        named = self._named(kind, standing)
        asks = self._rights(standing) if kind is AskedFixKind.RIGHTS else (self._ask(named, standing),)
        unlocks = unlocks_gate(scales.names[standing.id], others, scales.names.language)
        before = scales.use.first - timedelta(1)
        return request(named, asks, unlocks, scales.settings.requests, scales.today, before)

    def _named(self, kind: AskedFixKind, standing: Standing) -> AskedFix:
        named = AskedFix(kind, standing.id)
        match kind:
            case AskedFixKind.TRANSLATE:
                return replace(named, locale=Locale(standing.text.asked))
            case AskedFixKind.PUBLISH_TEXT:
                return replace(named, locale=Locale(standing.text.pending or standing.text.asked))
            case AskedFixKind.EXTEND:
                return replace(named, until=self._scales.use.last)
            case AskedFixKind.COORDINATE:
                return replace(named, campaign=standing.clashes[0].id)
            case AskedFixKind.RIGHTS:
                return replace(named, use=self._use(self._language(standing)))
            case _:
                return named

    def _ask(self, named: AskedFix, standing: Standing) -> FixAsk:
        names, material = self._scales.names, self._materials.get(standing.id)
        it = About((standing.id,), material.keeper if material else "", names[standing.id])
        if named.campaign is not None:
            clash = standing.clashes[0]
            it = replace(it, ids=(standing.id, clash.id), to=clash.owner_id, campaign=clash.title)
        return ask(named, it, names.language)

    def _rights(self, standing: Standing) -> tuple[FixAsk, ...]:
        material = self._materials.get(standing.id)
        if material is None:
            return ()
        locale = self._language(standing)
        if locale not in self._judging:
            use = replace(self._scales.rights, languages=frozenset({locale}))
            self._judging[locale] = Checking(use, self._scales.today, self._scales.names.language)
        return rights_asks(standing.id, material, self._judging[locale])

    def _language(self, standing: Standing) -> str:
        return standing.text.locale or self._scales.chain[0]

    def _use(self, locale: str) -> RightsUse:
        rights = self._scales.rights
        return RightsUse(
            territories=tuple(sorted(rights.territories)),
            channels=tuple(one for one in UseChannel if one.value in rights.channels),
            purposes=tuple(one for one in UsePurpose if one.value in rights.purposes),
            paid=rights.paid,
            languages=(Locale(locale),),
            starts=rights.first,
            ends=rights.last,
        )
