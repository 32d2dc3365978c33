// Relay: its compiler takes the contract, and its runtime pages through connections and refetches by node.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import relay from "relay-runtime";
import { register } from "./registering.mjs";

const url = process.env.DUTA_TEST_URL;
const require = createRequire(import.meta.url);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "duta-relay-"));
after(() => rmSync(folder, { recursive: true }));

function compiled() {
  cpSync(here("relay"), join(folder, "src"), { recursive: true });
  cpSync(here("../../schema.graphql"), join(folder, "schema.graphql"));
  mkdirSync(join(folder, "made"));
  writeFileSync(join(folder, "package.json"), '{"type": "commonjs"}');
  writeFileSync(join(folder, "persisted.json"), "{}");
  const config = {
    src: "./src",
    schema: "./schema.graphql",
    language: "javascript",
    artifactDirectory: "./made",
    eagerEsModules: false,
    persistConfig: { file: "./persisted.json", algorithm: "SHA256" },
  };
  writeFileSync(join(folder, "relay.config.json"), JSON.stringify(config));
  execFileSync(process.execPath, [require.resolve("relay-compiler/cli.js"), "relay.config.json"], {
    cwd: folder,
    stdio: "pipe",
  });
  return (name) => require(join(folder, "made", `${name}.graphql.js`));
}

const made = compiled();
const persisted = JSON.parse(readFileSync(join(folder, "persisted.json"), "utf8"));

async function post(body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

await register("relay", persisted);
const network = relay.Network.create(({ id }, variables) => post({ documentId: id, variables }));

test("a connection grows page by page, refetched through node, by registered operations alone", async () => {
  const environment = new relay.Environment({ network, store: new relay.Store(new relay.RecordSource()) });
  const query = made("themesQuery");
  const id = "theme:food-culture";
  await relay.fetchQuery(environment, query, { id, count: 2 }).toPromise();
  const operation = relay.createOperationDescriptor(query, { id, count: 2 });
  environment.retain(operation);
  const { theme } = environment.lookup(operation.fragment).data;
  const page = () => environment.lookup(relay.getSingularSelector(made("themes_assets"), theme)).data.assets;
  const seen = [page().edges.length];
  while (page().pageInfo.hasNextPage && seen.length < 20) {
    const cursor = page().pageInfo.endCursor;
    await relay.fetchQuery(environment, made("themesMoreQuery"), { id, count: 4, cursor }).toPromise();
    seen.push(page().edges.length);
  }
  const ids = page().edges.map((edge) => edge.node.id);
  const { data } = await post({ query: `{ theme(id: "${id}") { assets { totalCount } } }` });

  assert.equal(theme.name, "Food culture");
  assert.equal(new Set(ids).size, data.theme.assets.totalCount);
  assert.ok(seen.length > 2);
});

test("each document is persisted under the SHA-256 of its text", () => {
  const named = Object.entries(persisted);

  assert.equal(named.length, 2);
  for (const [id, text] of named) {
    assert.equal(createHash("sha256").update(text).digest("hex"), id);
  }
});
