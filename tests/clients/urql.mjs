// urql: queries by POST and by GET, errors, its document cache and its normalised cache.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";
import { cacheExchange as graphcache } from "@urql/exchange-graphcache";
import { persistedExchange } from "@urql/exchange-persisted";
import { relayPagination } from "@urql/exchange-graphcache/extras";

const url = process.env.DUTA_TEST_URL;

function client(options = {}) {
  const sent = [];
  const counting = (address, request) => {
    sent.push(request.method);
    return fetch(address, request);
  };
  const { cache = cacheExchange, between = [], ...more } = options;
  return { sent, one: new Client({ url, fetch: counting, exchanges: [cache, ...between, fetchExchange], ...more }) };
}

const THEME = gql`
  query Theme($id: ID!) { theme(id: $id) { id name(locale: "ko") broader { id } } }
`;

for (const [how, preferGetMethod, method] of [
  ["by POST", false, "POST"],
  ["by GET where the address stays short", true, "GET"],
  ["by GET always", "force", "GET"],
]) {
  test(`a query with variables is answered ${how}`, async () => {
    const { sent, one } = client({ preferGetMethod });
    const { data, error } = await one.query(THEME, { id: "theme:slow-food" });

    assert.equal(error, undefined);
    assert.equal(data.theme.name, "슬로푸드");
    assert.deepEqual(sent, [method]);
  });
}

test("what was asked once is not asked again", async () => {
  const { sent, one } = client();
  await one.query(THEME, { id: "theme:heritage" });
  await one.query(THEME, { id: "theme:heritage" });

  assert.equal(sent.length, 1);
});

test("the normalised cache knows nodes by type and id, and joins pages", async () => {
  const theme = (_, { id }) => ({ __typename: "Theme", id });
  const cache = graphcache({ resolvers: { Query: { themes: relayPagination(), theme } } });
  const { sent, one } = client({ cache });
  const PAGE = gql`
    query Themes($after: String) {
      themes(first: 8, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } }
    }
  `;
  const { data: first } = await one.query(PAGE, {});
  const { data: both } = await one.query(PAGE, { after: first.themes.pageInfo.endCursor });
  const ids = both.themes.edges.map((edge) => edge.node.id);
  const { data } = await one.query(gql`query One($id: ID!) { theme(id: $id) { id name } }`, { id: ids[9] });

  assert.equal(new Set(ids).size, 14);
  assert.equal(data.theme.name, both.themes.edges[9].node.name);
  assert.equal(sent.length, 2);
});

test("a refusal is an error with its code", async () => {
  const { one } = client();
  const { data, error } = await one.query(gql`{ assets(first: 2, order: [{ field: NOWHERE }]) { totalCount } }`, {});

  assert.equal(data, undefined);
  assert.equal(error.graphQLErrors[0].extensions.code, "VALIDATION_FAILED");
});

test("a search is answered with the reason for each hit", async () => {
  const { one } = client();
  const { data, error } = await one.query(
    gql`
      query Find($text: String!) {
        search(text: $text, first: 3) { edges { node { id label } why { match words } } }
      }
    `,
    { text: "한식" },
  );

  assert.equal(error, undefined);
  assert.ok(data.search.edges.every((edge) => edge.why.length > 0));
  assert.equal(data.search.edges.length, 3);
});

test("a persisted query that is not registered is followed by its text", async () => {
  const { sent, one } = client({ between: [persistedExchange({ preferGetForPersistedQueries: true })] });
  const { data, error } = await one.query(THEME, { id: "theme:heritage" });

  assert.equal(error, undefined);
  assert.equal(data.theme.id, "theme:heritage");
  assert.deepEqual(sent, ["GET", "GET"]);
});
