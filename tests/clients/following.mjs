// graphql-ws, graphql-sse and urql follow the log: what was missed, what comes, and on after the last cursor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, fetchExchange, gql } from "@urql/core";
import { createClient as overEvents } from "graphql-sse";
import { createClient as overSocket } from "graphql-ws";
import WebSocket from "ws";

const url = process.env.DUTA_TEST_URL;
const FOLLOW = "subscription($after: String) { changes(after: $after) { cursor node { id entity { label } } } }";
const THEME = '{ theme(id: "theme:heritage") { id } }';

async function first(events, count) {
  const found = [];
  for await (const { data, errors } of events) {
    assert.equal(errors, undefined);
    found.push(data.changes.cursor);
    if (found.length === count) break;
  }
  return found;
}

const clients = {
  "graphql-ws": () => overSocket({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 }),
  "graphql-sse": () => overEvents({ url, retryAttempts: 0 }),
};

for (const [name, made] of Object.entries(clients)) {
  test(`${name} is told what it missed, and goes on after its last cursor`, async () => {
    const client = made();
    const all = await first(client.iterate({ query: FOLLOW, variables: { after: "0" } }), 6);
    const rest = await first(client.iterate({ query: FOLLOW, variables: { after: all[2] } }), 3);
    await client.dispose();

    assert.deepEqual(rest, all.slice(3));
  });

  test(`${name} asks queries too, and hears what is wrong with one`, async () => {
    const client = made();
    const found = [];
    for await (const result of client.iterate({ query: THEME })) found.push(result);
    assert.deepEqual(found, [{ data: { theme: { id: "theme:heritage" } } }]);

    const refused = client.iterate({ query: "{ nothing }" });
    const told = await refused.next().then(({ value }) => value.errors, (errors) => errors);
    assert.equal(told[0].extensions.code, "VALIDATION_FAILED");
    await client.dispose();
  });
}

test("urql follows by server-sent events, and its queries are answered as JSON", async () => {
  const kinds = [];
  const noted = async (...request) => {
    const answer = await fetch(...request);
    kinds.push(answer.headers.get("content-type").split(";")[0]);
    return answer;
  };
  const client = new Client({ url, fetch: noted, exchanges: [fetchExchange], fetchSubscriptions: true });
  const cursors = [];
  let stop;
  await new Promise((done) => {
    stop = client.subscription(gql(FOLLOW), { after: "0" }).subscribe(({ data }) => {
      cursors.push(data?.changes.cursor);
      if (cursors.length === 3) setTimeout(done);
    }).unsubscribe;
  });
  const { data, error } = await client.query(gql(THEME), {});

  stop();
  assert.ok(cursors.length >= 3);
  assert.equal(error, undefined);
  assert.equal(data.theme.id, "theme:heritage");
  assert.deepEqual(kinds, ["text/event-stream", "application/graphql-response+json"]);
});
