"""Look-ups of a batch of groups: all keys asked at once, then each link decided, with the reason where it is not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from graph.sentence import sentence
from ingest.identity import wikidata_id
from ingest.lookups import Found, Lookup
from ingest.records import Group, Key, LinkTo, Record, Rejected, Scope, Wanted

Answers: TypeAlias = Mapping[Key, tuple[Found, ...]]


@dataclass(slots=True)
class Resolved:
    """Groups whose links lead to ids, and groups that wait for records to come."""

    ready: list[Group] = field(default_factory=list[Group])
    waiting: list[Group] = field(default_factory=list[Group])


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A look-up without an answer, and why."""

    reason: str
    cure: str
    certain: bool = True


def name_records(groups: Collection[Group], lookup: Lookup, renamed: dict[str, str]) -> list[Group]:
    """Give each record the id of the node it is about, if an identifier finds one; refuses records that find two.

    `renamed` collects which id a mapping made is which node's, for the links that use it.
    """
    answers = lookup.resolve({key for group in groups for record in group.records for key in record.same})
    named = list[Group]()
    for group in groups:
        no = next((no for record in group.records if (no := _name(record, answers, renamed))), None)
        match no:
            case None:
                named.append(group)
            case str():
                named.append(replace(group, records=[], skipped=no))
            case Rejected():
                named.append(replace(group, records=[], refused=[*group.refused, no]))
        for record in named[-1].records:
            lookup.learn(record)
    return named


def _name(record: Record, answers: Answers, renamed: dict[str, str]) -> Rejected | str | None:
    """Why the record is refused, or left out as the mapping wants it, or nothing."""
    for key in record.same:
        found = answers.get(key, ())
        if len(found) > 1:
            reason = sentence("{both} both bear {value}.", both=_both(found), value=key.value)
            return _rejected(record, key.by, reason, sentence("Merge them, or take it from one of them."))
        for node in found:
            if record.id is not None and node.id != record.id:
                renamed[record.id] = node.id
            record.id = node.id
            return None
    if record.missing == "create":
        return None
    by, value = (record.same[0].by, record.same[0].value) if record.same else ("identifier", "")
    if record.missing == "skip":
        return f"There is no {record.type} with this {_shown_by(by)}."
    return _rejected(
        record,
        by,
        sentence(
            'There is no {type:word} with the {by:word} "{value}".', type=record.type, by=_shown_by(by), value=value
        ),
        sentence("Import it first."),
    )


def resolve_groups(
    groups: Iterable[Group], lookup: Lookup, to_come: Collection[str], renamed: Mapping[str, str], *, last: bool
) -> Resolved:
    """Decide every link that has to be looked up. `to_come` are types of which later rows may still tell."""
    groups = list(groups)
    wanted = {key for group in groups for link in _links(group) if isinstance(link.to, Wanted) for key in link.to.keys}
    answers = lookup.resolve(wanted)
    may_come = not last and any(key not in answers and key.type in to_come for key in wanted)
    done = Resolved()
    for group in groups:
        if may_come and _waits(group, answers, to_come):
            done.waiting.append(group)
        else:
            done.ready += _settle(group, answers, renamed)
    return done


def _links(group: Group) -> Iterable[LinkTo]:
    return (link for record in group.records for links in record.links.values() for link in links)


def _waits(group: Group, answers: Answers, to_come: Collection[str]) -> bool:
    return any(
        isinstance(link.to, Wanted)
        and not any(key in answers for key in link.to.keys)
        and any(key.type in to_come for key in link.to.keys)
        for link in _links(group)
    )


def _settle(group: Group, answers: Answers, renamed: Mapping[str, str]) -> list[Group]:
    """The group with its links settled, after the groups of what had to be made for them."""
    made: list[Group] = []
    refused = list(group.refused)
    for record in group.records:
        for name, links in record.links.items():
            settled = [_settle_link(record, link, answers, renamed) for link in links]
            if {*map(type, settled)} == {LinkTo}:
                record.links[name] = _once_each(cast("list[LinkTo]", settled))
                continue
            fatal = next((no for no in settled if isinstance(no, Rejected) and no.scope == "record"), None)
            if fatal is not None:
                return [Group([], [*refused, fatal], shared=group.shared)]
            refused += [no for no in settled if isinstance(no, Rejected)]
            made += [Group([one[1]], [], shared=True) for one in settled if isinstance(one, tuple)]
            kept = [one[0] if isinstance(one, tuple) else one for one in settled if not isinstance(one, Rejected)]
            record.links[name] = _once_each(kept)
    return [*made, Group(group.records, refused, group.skipped, group.shared)]


def _settle_link(
    record: Record, link: LinkTo, answers: Answers, renamed: Mapping[str, str]
) -> LinkTo | tuple[LinkTo, Record] | Rejected:
    """The link to an id, or with the record made for it, or why it or its record is refused."""
    wanted = link.to
    if isinstance(wanted, str):
        return link if wanted not in renamed else replace(link, to=renamed[wanted])
    answer = decide(wanted, answers)
    if isinstance(answer, str):
        found = LinkTo(answer, link.props)
        # What this source made once it tells again, or it would seem to have vanished.
        return (found, wanted.create) if wanted.create is not None and wanted.create.id == answer else found
    if wanted.create is not None and answer.certain:
        return replace(link, to=str(wanted.create.id)), replace(wanted.create, where=record.where, line=record.line)
    scope: Scope = "link" if wanted.missing == "skip" else "record"
    return _rejected(record, wanted.column, answer.reason, answer.cure, scope)


def _once_each(links: list[LinkTo]) -> list[LinkTo]:
    return list({link.to: link for link in links if isinstance(link.to, str)}.values()) if len(links) > 1 else links


def decide(wanted: Wanted, answers: Answers) -> "str | _Nothing":
    """The id that a look-up finds: the first key with an answer decides.

    A key that finds two nodes decides nothing, nor does a name that an identified namesake bears.
    """
    namesakes: list[str] = []
    for key in wanted.keys:
        found = answers.get(key, ())
        if len(found) > 1:
            reason = sentence(
                '"{value}" is the {by:word} of both {both}.', value=key.value, by=_shown_by(key.by), both=_both(found)
            )
            return _Nothing(reason, sentence("Name one of them by its id."), certain=False)
        for node in found:
            if key not in wanted.only_unidentified or not node.same_as:
                return node.id
            namesakes.append(f'{node.id} is called "{key.value}" too, but is {_identifier(node)}')
    asked = " or ".join(f'{_shown_by(key.by)} "{key.value}"' for key in wanted.keys)
    first = wanted.keys[0].type
    if namesakes:
        reason = sentence(
            "There is no {type:word} with the {asked}; {namesakes}.",
            type=first,
            asked=asked,
            namesakes=" and ".join(namesakes),
        )
        return _Nothing(reason, sentence("Correct the identifier, or give the link by hand."), certain=False)
    cure = sentence("Import the {type:word} first, or correct the cell.", type=first)
    if len({(key.by, key.value) for key in wanted.keys}) == 1:
        by, value = _shown_by(wanted.keys[0].by), wanted.keys[0].value
        return _Nothing(
            sentence('There is no {type:word} with the {by:word} "{value}".', type=first, by=by, value=value), cure
        )
    return _Nothing(sentence("There is no {type:word} with the {asked}.", type=first, asked=asked), cure)


def _shown_by(by: str) -> str:
    return "identifier" if by == "same_as" else by


def _both(found: Sequence[Found]) -> str:
    return " and ".join(sorted(node.id for node in found))


def _identifier(found: Found) -> str:
    return next((wikidata_id(address) or address for address in found.same_as), "")


def _rejected(record: Record, column: str, reason: str, cure: str, scope: Scope = "record") -> Rejected:
    return Rejected(record.where, record.line, column or None, reason, cure, scope=scope, raw=record.raw, id=record.id)
