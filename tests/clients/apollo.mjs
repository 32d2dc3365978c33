// Apollo Client: queries, variables, errors, pages that grow, and its cache of nodes by id.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";

const uri = process.env.DUTA_TEST_URL;

const interfaces = await fetch(uri, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ query: '{ __type(name: "Entity") { possibleTypes { name } } }' }),
});
const { data: { __type: { possibleTypes } } } = await interfaces.json();

function counting(sent) {
  return (...request) => {
    sent.push(request);
    return fetch(...request);
  };
}

function client(sent = []) {
  const cache = new InMemoryCache({
    possibleTypes: { Entity: possibleTypes.map((one) => one.name) },
    typePolicies: { Query: { fields: { themes: relayStylePagination(["where", "order"]) } } },
  });
  return new ApolloClient({ cache, link: new HttpLink({ uri, fetch: counting(sent) }) });
}

const THEME = gql`
  query Theme($id: ID!, $locale: Locale) {
    theme(id: $id) { id name(locale: $locale) broader { id name(locale: $locale) } }
  }
`;

test("a query with variables is answered, in the language asked for", async () => {
  const { data } = await client().query({ query: THEME, variables: { id: "theme:slow-food", locale: "id" } });

  assert.equal(data.theme.name, "Makanan lambat");
  assert.deepEqual({ ...data.theme.broader }, {
    __typename: "Theme",
    id: "theme:food-culture",
    name: "Budaya kuliner",
  });
});

test("what was asked once is answered from the cache, by type and id", async () => {
  const sent = [];
  const one = client(sent);
  await one.query({ query: gql`{ assets(first: 3, order: [{ field: TITLE }]) { nodes { id title kind } } }` });
  const { nodes } = one.cache.readQuery({
    query: gql`{ assets(first: 3, order: [{ field: TITLE }]) { nodes { id title kind } } }`,
  }).assets;
  const kept = one.cache.readFragment({
    id: one.cache.identify({ __typename: "Asset", id: nodes[0].id }),
    fragment: gql`fragment Kept on Asset { title }`,
  });
  await one.query({ query: gql`{ assets(first: 3, order: [{ field: TITLE }]) { nodes { id title kind } } }` });

  assert.equal(kept.title, nodes[0].title);
  assert.equal(sent.length, 1);
});

test("a list grows by fetchMore with relayStylePagination", async () => {
  const query = gql`
    query Themes($after: String) {
      themes(first: 5, after: $after) {
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  `;
  const one = client();
  const watched = one.watchQuery({ query });
  const watching = watched.subscribe({});
  let { data } = await one.query({ query });
  while (data.themes.pageInfo.hasNextPage) {
    ({ data } = await watched.fetchMore({ variables: { after: data.themes.pageInfo.endCursor } }));
  }
  watching.unsubscribe();
  const ids = one.readQuery({ query }).themes.edges.map((edge) => edge.node.id);

  assert.equal(new Set(ids).size, 14);
  assert.deepEqual(ids, [...ids].sort());
});

test("a search is asked for by fragments on an interface, and facets come with it", async () => {
  const { data } = await client().query({
    query: gql`
      query Find($text: String!) {
        search(text: $text, first: 5) {
          totalCount
          facets(by: [TYPE]) { field values { value count } }
          edges { score node { __typename ...Named ... on Asset { kind } } }
        }
      }
      fragment Named on Entity { id label }
    `,
    variables: { text: "kimchi" },
  });
  const [hit] = data.search.edges;

  assert.equal(typeof hit.node.label, "string");
  assert.equal(data.search.facets[0].values.reduce((sum, one) => sum + one.count, 0), data.search.totalCount);
});

test("a refusal is an error with its code", async () => {
  const asked = client().query({ query: gql`{ assets(first: 5000) { nodes { id } } }` });

  await assert.rejects(asked, (error) => {
    assert.ok(CombinedGraphQLErrors.is(error));
    assert.equal(error.errors[0].extensions.code, "LIMIT_EXCEEDED");
    return true;
  });
});

test("a query may go by GET", async () => {
  const link = new HttpLink({ uri, useGETForQueries: true });
  const one = new ApolloClient({ cache: new InMemoryCache(), link });
  const { data } = await one.query({ query: THEME, variables: { id: "theme:heritage" } });

  assert.equal(data.theme.id, "theme:heritage");
});

test("a persisted query that is not registered is followed by its text", async () => {
  const sent = [];
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
  const http = new HttpLink({ uri, fetch: counting(sent) });
  const one = new ApolloClient({ cache: new InMemoryCache(), link: link.concat(http) });
  const { data } = await one.query({ query: THEME, variables: { id: "theme:heritage" } });

  assert.equal(data.theme.id, "theme:heritage");
  assert.deepEqual(sent.map(([, { method }]) => method), ["GET", "POST"]);
});
