"""Requests of somebody who means harm. Each is refused with a 4xx or gets a bounded answer, and none costs memory.

`python -m pytest -v tests/security` prints how long each took, the slowest first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from graphql import get_introspection_query

pytestmark = pytest.mark.usefixtures("alive")

#: A refusal is short, whatever it quotes, also as a page with its form; an answer holds what 25,000 objects come to.
REFUSAL_BYTES, ANSWER_BYTES = 8_000, 6_000_000
JSON = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}


@dataclass(frozen=True)
class Attack:
    """A request, and the statuses that it may have."""

    name: str
    body: bytes | None
    statuses: frozenset[int] = frozenset({400})
    method: str = "POST"
    path: str = "/graphql"
    headers: dict[str, str] = field(default_factory=JSON.copy)


def document(name: str, text: str, *statuses: int, **variables: object) -> Attack:
    body = json.dumps({"query": text, "variables": variables}).encode()
    return Attack(name, body, frozenset(statuses or {400}))


def many(count: int, text: str, between: str = " ") -> str:
    return between.join(text.replace("#", str(n)) for n in range(count))


def doubled(levels: int, on: str = "Theme") -> str:
    parts = [
        f"fragment f{n} on {on} {{ broader {{ ...f{n + 1} }} b: broader {{ ...f{n + 1} }} }}" for n in range(levels)
    ]
    return f'{{ theme(id: "theme:food-culture") {{ ...f0 }} }} {" ".join(parts)} fragment f{levels} on {on} {{ id }}'


def spread(levels: int) -> str:
    """Fragments that spread the next one twice without a field between."""
    parts = [f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)]
    return f"{{ ...f0 }} {' '.join(parts)} fragment f{levels} on Query {{ __typename }}"


def nested(levels: int, field: str = "broader") -> str:
    return f'{{ theme(id: "theme:heritage") {{ {f"{field} {{ " * levels} id {"} " * levels} }} }}'


def floods() -> Iterator[Attack]:
    for count in (200, 3_000):
        yield document(f"{count} aliases", f"{{ {many(count, 'a#: assets(first: 1) { totalCount }')} }}")
        yield document(f"{count} fields under one key", f"{{ {many(count, '__typename')} }}")
        yield document(f"{count} directives", f"{{ __typename {many(count, '@include(if: true)')} }}")
        yield document(f"{count} unknown directives", f"{{ __typename {many(count, '@a#')} }}")
        yield document(f"{count} variables", f"query ({many(count, '$v#: Int')}) {{ __typename }}")
        yield document(f"{count} operations", many(count, "query q# { __typename }"))
        yield document(f"{count} fragments", f"{{ __typename }} {many(count, 'fragment f# on Asset { id }')}")
        yield document(f"{count} unknown fields", f"{{ {many(count, 'nothing#')} }}")
        yield document(f"{count} spreads", f"{{ {many(count, '...f')} }} fragment f on Query {{ __typename }}")
        yield document(f"{count} inline fragments", f"{{ {many(count, '... on Query { __typename }')} }}", 200, 400)
        yield document(f"{count} arguments", f"{{ assets({many(count, 'a#: 1')}) {{ totalCount }} }}")
    same = "assets(first: 1) { nodes { id title kind themes { nodes { id name } } } }"
    yield document("40 copies of an object field", f"{{ {many(40, same)} }}", 200)
    yield document("400 copies of an object field", f"{{ {many(400, same)} }}")
    yield document("100 aliases of a search", "{ " + many(100, 's#: search(text: "kimchi") { totalCount }') + " }")
    yield document("10 searches", "{ " + many(10, 's#: search(text: "kimchi") { totalCount }') + " }", 200)
    yield document("a long key of many objects", f"{{ assets(first: 100) {{ nodes {{ {'k' * 50_000}: id }} }} }}")
    long_texts = many(90, "b#: body")
    yield document(
        "a text under 90 keys",
        f"{{ assets(first: 100) {{ nodes {{ themes {{ nodes {{ assets {{ nodes {{ {long_texts} }} }} }} }} }} }} }}",
    )
    yield document("60,000 tokens", f"{{ {'a ' * 29_000} }}")
    yield document("900,000 characters", f"{{ a{'a' * 900_000} }}")
    yield document("a long name", f"{{ a{'a' * 50_000} }}")
    yield document("five long names", f"{{ {many(5, 'a#' + 'a' * 9_000)} }}")
    yield document("a long operation name asked for", "{ __typename }", 200)
    yield Attack(
        "a long operationName", json.dumps({"query": "{ __typename }", "operationName": "n" * 500_000}).encode()
    )
    yield document("a long comment", f"{{ __typename }} #{'x' * 50_000}", 200)
    yield document("a long alias", f"{{ {'a' * 50_000}: __typename }}")
    yield document("a long string", f'{{ asset(id: "{"x" * 50_000}") {{ id }} }}', 200, 400)
    yield document("a long block string", f'{{ asset(id: """{"x" * 50_000}""") {{ id }} }}', 200, 400)
    yield document("40,000 empty lines", "\n" * 40_000)
    yield document("commas only", "," * 50_000)
    yield document("a byte order mark and nothing", "\ufeff")


def recursion() -> Iterator[Attack]:
    for levels in (10, 24, 49):
        yield document(f"doubled fragments, {levels} levels", doubled(levels))
        yield document(f"doubled spreads, {levels} levels", spread(levels), 200, 400)
    circle = "fragment a on Query { ...b } fragment b on Query { ...a }"
    yield document("fragments in a circle", f"{{ ...a }} {circle}")
    yield document("a circle that nothing spreads", f"{{ __typename }} {circle}")
    yield document("a fragment that spreads itself", "{ ...a } fragment a on Query { __typename ...a }")
    yield document("200 levels of fields", nested(200))
    yield document("3,000 levels of fields", nested(3_000))
    yield document("30,000 open braces", "{a" * 29_000)
    yield document(
        "2,000 levels of a filter", f"{{ assets(where: {'{not: ' * 1_900}{{}}{'}' * 1_900}) {{ totalCount }} }}"
    )
    yield document("30 levels of a filter", f"{{ assets(where: {'{not: ' * 30}{{}}{'}' * 30}) {{ totalCount }} }}")
    deep: object = {}
    for _ in range(30):
        deep = {"not": deep}
    yield document(
        "30 levels of a filter in a variable",
        "query ($w: AssetWhere) { assets(where: $w) { totalCount } }",
        where=1,
        w=deep,
    )
    yield document("a wide filter", f"{{ assets(where: {{or: [{'{kind: {eq: WORK}} ' * 400}]}}) {{ totalCount }} }}")
    yield document("a list of lists", f"{{ assets(order: {'[' * 3_000}{']' * 3_000}) {{ totalCount }} }}")
    yield document("a type of lists", f"query ($v: {'[' * 3_000}Int{']' * 3_000}) {{ __typename }}")


def introspection() -> Iterator[Attack]:
    yield document("the usual introspection", get_introspection_query(input_value_deprecation=True), 200)
    kept = "types { fields { type { "
    yield document("circular introspection", f"{{ __schema {{ {kept * 6} name {'} } } ' * 6} }} }}")
    types = "fields { type { ofType { "
    yield document(
        "circular introspection of a type", f'{{ __type(name: "Query") {{ {types * 6} name {"} } } " * 6} }} }}'
    )
    yield document("100 aliases of the contract", f"{{ {many(100, 'a#: __schema { types { name } }')} }}")
    possible = "possibleTypes { interfaces { " * 4
    yield document("types and interfaces in turn", f'{{ __type(name: "Node") {{ {possible} name {"} } " * 4} }} }}')


def values() -> Iterator[Attack]:
    count = '{"query": "query ($n: Int) { assets(first: $n) { totalCount } }", "variables": {"n": %s}}'
    for number in (
        "9" * 5_000,
        "1e400",
        "-" + "9" * 40,
        "1" + "0" * 400_000,
        "NaN",
        "Infinity",
        "1.5",
        "0x10",
        "2147483648",
    ):
        yield Attack(f"the number {number[:12]}, {len(number)} digits", (count % number).encode())
    for number in ("9" * 5_000, "-" + "9" * 5_000, "1e99999", "1.5"):
        yield document(
            f"the literal {number[:10]}, {len(number)} digits", f"{{ assets(first: {number}) {{ totalCount }} }}"
        )
    yield document(
        "a literal of 5,000 digits for a float", f"{{ places(where: {{lat: {{gt: {'9' * 5_000}}}}}) {{ totalCount }} }}"
    )
    yield document("a literal of 5,000 digits as an id", f"{{ asset(id: {'9' * 5_000}) {{ id }} }}", 200, 400)
    title = (
        '{"query": "query ($t: String) { assets(where: {title: {eq: $t}}) { totalCount } }", "variables": {"t": "%s"}}'
    )
    literal = '{"query": "{ assets(where: {title: {eq: \\"%s\\"}}) { totalCount } }"}'
    for name, text in (
        ("a lone surrogate", "\\ud800"),
        ("surrogates the wrong way round", "\\udc00\\ud800"),
        ("NUL", "\\u0000"),
    ):
        yield Attack(f"{name} in a variable", (title % text).encode())
        yield Attack(
            f"{name} in the document",
            literal.replace("%s", text).encode(),
        )
    yield document("an escaped surrogate in a literal", '{ assets(where: {title: {eq: "\\ud800"}}) { totalCount } }')
    yield document("NUL in an id", '{ asset(id: "asset:\\u0000") { id } }', 200, 400)
    yield document("NUL in a search", '{ search(text: "a\\u0000b") { totalCount } }', 200, 400)
    yield document(
        "a search of 50,000 characters", "query ($t: String!) { search(text: $t) { totalCount } }", t="ab " * 17_000
    )
    yield document(
        "a search of stars", "query ($t: String!) { search(text: $t) { totalCount } }", 200, 400, t="*" * 150
    )
    yield document("a search with a syntax", '{ search(text: "title:* OR (a AND NOT b~3") { totalCount } }', 200)
    yield document(
        "a search for combining marks",
        "query ($t: String!) { search(text: $t) { totalCount } }",
        200,
        400,
        t="a" + "\u0301" * 190,
    )
    injected = "' OR 1=1; DROP TABLE node; --"
    yield document(
        "SQL in a filter", "query ($t: String) { assets(where: {title: {eq: $t}}) { totalCount } }", 200, t=injected
    )
    yield document(
        "Cypher in a filter",
        "query ($t: String) { assets(where: {title: {contains: $t}}) { totalCount } }",
        200,
        t="'}) DETACH DELETE n //",
    )
    yield document(
        "wildcards of LIKE",
        "query ($t: String) { assets(where: {title: {contains: $t}}) { totalCount } }",
        200,
        t="%_" * 100,
    )
    yield document(
        "a long pattern",
        "query ($t: String) { assets(where: {title: {contains: $t}}) { totalCount } }",
        200,
        400,
        t="%_" * 200_000,
    )


def pages() -> Iterator[Attack]:
    yield document("first: 100000", "{ assets(first: 100000) { nodes { id } } }")
    yield document("last: 100000", "{ assets(last: 100000) { nodes { id } } }")
    yield document("first: -1", "{ assets(first: -1) { nodes { id } } }")
    lists = "assets(first: 100) { nodes { themes(first: 100) { nodes { " * 3
    yield document("lists in lists", f"{{ {lists} id {'} } } } ' * 3} }}")
    yield document(
        "100 lists of 100 by variables",
        f"query ($n: Int!) {{ {many(100, 'a#: assets(first: $n) { nodes { themes(first: $n) { nodes { id } } } }')} }}",
        n=100,
    )
    yield document(
        "as many objects as are allowed",
        "{ assets(first: 100) { nodes { themes(first: 100) { nodes { id name } }"
        " campaigns(first: 100) { nodes { id title } } } } }",
        200,
    )
    yield document(
        "ids given 100,000 times", "query ($i: [ID!]!) { nodes(ids: $i) { id } }", i=["asset:kimjang"] * 30_000
    )
    yield document(
        "an id of 100,000 characters", "query ($i: ID!) { node(id: $i) { id } }", 200, 400, i="asset:" + "x" * 100_000
    )
    yield document(
        "facets of everything",
        f"{{ {many(30, 'a#: entities { facets(limit: 100) { values { value count } } }')} }}",
        200,
        400,
    )
    yield document("facets without end", "{ assets { facets(limit: 1000000) { values { value } } } }")
    deep = "themes: {some: {assets: {some: {"
    yield document(
        "walks in a filter",
        f"{{ assets(where: {{{deep * 4} kind: {{eq: WORK}} {'}}}}' * 4}}}) {{ totalCount }} }}",
        200,
        400,
    )


def places() -> Iterator[Attack]:
    for near in (
        "lat: 1e308, lon: 0, km: 1",
        "lat: 91, lon: 0, km: 1",
        "lat: 0, lon: 0, km: -1",
        "lat: 0, lon: 0, km: 1e300",
    ):
        yield document(f"a place near {near}", f"{{ places(where: {{near: {{{near}}}}}) {{ totalCount }} }}", 200, 400)
    near = "{near: {lat: -6.2, lon: 106.8, km: 20000}}"
    yield document("190 circles around the world", f"{{ places(where: {{or: [{many(190, near)}]}}) {{ totalCount }} }}")
    used = "usedIn(first: 100) { count nodes { id label } }"
    yield document("the uses of 100 assets", f"{{ assets(first: 100) {{ nodes {{ {used} }} }} }}", 200, 400)
    yield document(
        "the uses of everything and of what uses it",
        "{ entities(first: 100) { nodes { usedIn(first: 100) { nodes { usedIn(first: 100) { nodes { id } } } } } } }",
    )


def bodies() -> Iterator[Attack]:
    for name, body in (
        ("nothing", b""),
        ("null", b"null"),
        ("a number", b"7"),
        ("a text", b'"text"'),
        ("true", b"true"),
        ("an empty list", b"[]"),
        ("a batch", b'[{"query": "{ __typename }"}]'),
        ("a batch of 1,000", b"[" + b'{"query": "{ __typename }"},' * 999 + b'{"query": "{ __typename }"}]'),
        ("an empty object", b"{}"),
        ("half an object", b'{"query": "{'),
        ("100,000 open lists", b"[" * 100_000),
        (
            "100,000 lists in a variable",
            b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        ),
        (
            "1,000 lists in a variable",
            b'{"query": "query ($w: AssetWhere) { assets(where: $w) { totalCount } }", "variables": {"w": '
            + b"[" * 1_000
            + b"]" * 1_000
            + b"}}",
        ),
        ("100,000 open objects", b'{"a":' * 100_000),
        ("invalid UTF-8", b'{"query": "\xff\xfe"}'),
        ("an overlong encoding", b'{"query": "\xc0\xaf"}'),
        ("UTF-16", '{"query": "{ __typename }"}'.encode("utf-16")),
        ("NUL bytes", b"\0" * 100_000),
        ("a query that is a list", b'{"query": ["{ __typename }"]}'),
        ("a query that is an object", b'{"query": {"a": 1}}'),
        ("variables that are a list", b'{"query": "{ __typename }", "variables": []}'),
        ("extensions that are a text", b'{"query": "{ __typename }", "extensions": "x"}'),
    ):
        yield Attack(f"the body: {name}", body)
    persisted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    yield Attack("a persisted query that is not there", json.dumps(persisted).encode(), frozenset({404}))
    for forged in ("../../etc/passwd", "sha256:" + "0" * 64, "0" * 100_000, "\0", ""):
        yield Attack(
            f"a document by the id {forged[:20]!r}", json.dumps({"documentId": forged}).encode(), frozenset({400, 404})
        )
    yield Attack(
        "the body: 100,000 variables that nobody declared",
        json.dumps({"query": "{ __typename }", "variables": {f"v{n}": n for n in range(60_000)}}).encode(),
        frozenset({200}),
    )
    yield Attack(
        "the body: the same key 50,000 times",
        b"{" + b'"query": "{ __typename }",' * 30_000 + b'"query": "{ __typename }"}',
        frozenset({200}),
    )
    yield Attack("the body: more than may be", b"x" * 1_000_001, frozenset({413}))
    yield Attack(
        "the body: compressed", b"\x1f\x8b\x08", frozenset({415}), headers={**JSON, "Content-Encoding": "gzip"}
    )


def sites() -> Iterator[Attack]:
    """What the page of another site can make a browser send, and other ways around POST with JSON."""
    asked = b'{"query": "mutation { drop }"}'
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ):
        yield Attack(f"a form: {kind}", asked, frozenset({415}), headers={"Content-Type": kind})
    multipart = b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n' + asked + b"\r\n--x--\r\n"
    yield Attack(
        "a form: an upload", multipart, frozenset({415}), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    yield Attack("a mutation", asked)
    override = {**JSON, "X-HTTP-Method-Override": "POST", "X-Method-Override": "POST", "X-HTTP-Method": "POST"}
    mutation, query = "/graphql?query=mutation%7Bdrop%7D", "/graphql?query=%7B__typename%7D"
    yield Attack("a mutation by GET", None, frozenset({405}), "GET", mutation)
    yield Attack("a mutation by GET that says it is POST", None, frozenset({405}), "GET", mutation, override)
    yield Attack("a mutation by GET with _method", None, frozenset({405}), "GET", f"{mutation}&_method=POST")
    yield Attack("GET with a body", asked, frozenset({400}), "GET")
    yield Attack(
        "GET with a document of 60,001 characters", None, frozenset({400}), "GET", "/graphql?query=" + "a" * 60_001
    )
    yield Attack("GET with bytes that are no text", None, frozenset({400}), "GET", "/graphql?query=%ff%fe%00")
    yield Attack(
        "GET with variables that are no JSON", None, frozenset({400}), "GET", f"{query}&variables=%7B%22a%22:NaN%7D"
    )
    yield Attack(
        "GET with a query given 1,000 times",
        None,
        frozenset({200, 400}),
        "GET",
        query + "&query=%7B__typename%7D" * 1_000,
    )
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS"):
        yield Attack(f"the method {method}", None, frozenset({405, 200, 204} if method == "OPTIONS" else {405}), method)
    for host in (
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:80",
        "",
        "[::1",
        "localhost@evil.example",
        "a" * 5_000,
    ):
        yield Attack(f"the host {host[:30]!r}", asked, frozenset({400, 421}), headers={**JSON, "Host": host})
    for name, value in (
        ("Accept", "a/b," * 10_000),
        ("Accept-Language", "xx-yy;q=0." + "1" * 30_000),
        ("Duta-Perspective", "<script>"),
        ("Content-Type", "application/json;" + "a" * 20_000),
        ("Accept", ";q=,;;=,q=nan"),
        ("Accept-Language", "en;q=inf, id;q=nan"),
    ):
        yield Attack(
            f"the header {name}: {value[:16]}",
            b'{"query": "{ __typename }"}',
            frozenset({200, 400, 406, 415}),
            headers={**JSON, name: value},
        )


def paths() -> Iterator[Attack]:
    for path in (
        "/explorer/static/../index.html",
        "/explorer/static/..%2findex.html",
        "/explorer/static/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/explorer/static/%2e%2e%2f%2e%2e%2fapp.py",
        "/explorer/static/....//app.py",
        "/explorer/static/..%5c..%5capp.py",
        "/explorer/static/%00main.js",
        "/explorer/static/main.js%00.css",
        "/explorer/static/" + "a" * 30_000,
        "/static/..%2fapp.py",
        "/static/%2fetc%2fpasswd",
        "/static/.gitignore",
        "/..%2f..%2fetc%2fpasswd",
        "//evil.example/",
        "/graphql/..%2f..%2fetc%2fpasswd",
        "/nothing/<script>alert(1)</script>",
    ):
        yield Attack(f"the path {path[:50]}", None, frozenset({404}), "GET", path, {})
    yield Attack(
        "markup in the search box",
        None,
        frozenset({200}),
        "GET",
        "/find?q=%3Cscript%3Ealert(1)%3C/script%3E&lang=%22%3E%3Cscript%3E",
        {},
    )
    yield Attack(
        "a facet of markup in the search box",
        None,
        frozenset({400}),
        "GET",
        "/find?q=kimchi&type=%3Cscript%3E&after=%ff%00&theme=" + "x" * 5_000,
        {},
    )


ATTACKS = [
    attack
    for kind in (floods, recursion, introspection, values, pages, places, bodies, sites, paths)
    for attack in kind()
]


def test_no_attack_is_listed_twice():
    names = [attack.name for attack in ATTACKS]

    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert len(ATTACKS) > 150


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_or_answered_within_bounds(target, attack):
    answer = target.ask(attack.method, attack.path, attack.headers, attack.body, attack.name)

    assert answer.status in attack.statuses, answer.body[:500]
    assert len(answer.body) <= (ANSWER_BYTES if answer.status == 200 else REFUSAL_BYTES)
    assert b"<script>" not in answer.body or not answer.headers["content-type"].startswith("text/html")


#: Generous: a leak of one body or one answer a round would be several times that.
GROWTH_BYTES = 24_000_000


def test_memory_stays_flat_while_the_attacks_go_on(target):
    def round_of_attacks() -> int:
        for attack in ATTACKS:
            target.ask(attack.method, attack.path, attack.headers, attack.body, f"again: {attack.name}")
        found: int = target.memory()
        return found

    warm = round_of_attacks()
    grown = round_of_attacks() - warm

    assert grown < GROWTH_BYTES
