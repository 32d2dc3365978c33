// graphql-codegen: the client preset reads the contract by introspection, and what it makes compiles.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { generate } from "@graphql-codegen/cli";
import ts from "typescript";
import { register } from "./registering.mjs";

const url = process.env.DUTA_TEST_URL;
// Beside node_modules, so that what is made finds its imports.
const folder = mkdtempSync(fileURLToPath(new URL("node_modules/.duta-codegen-", import.meta.url)));
after(() => rmSync(folder, { recursive: true }));
cpSync(fileURLToPath(new URL("codegen/", import.meta.url)), folder, { recursive: true });
await generate(
  {
    // Without it the loader does not ask which inputs are one of several.
    schema: { [url]: { oneOf: true } },
    documents: [join(folder, "themes.ts")],
    generates: {
      [join(folder, "made/")]: {
        preset: "client",
        presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" } },
        config: { useTypeImports: true, scalars: { Locale: "string" } },
      },
    },
    silent: true,
  },
  true,
);
const persisted = JSON.parse(readFileSync(join(folder, "made", "persisted-documents.json"), "utf8"));

test("the types fit a program, and a filter that does not exist is found", () => {
  const program = ts.createProgram([join(folder, "themes.ts")], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const found = ts.getPreEmitDiagnostics(program).map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n"));

  assert.deepEqual(found, []);
});

test("its persisted documents are answered by GET under the SHA-256 of their texts, and kept by caches", async () => {
  const [hash, text] = Object.entries(persisted).find(([, one]) => one.includes("query Themes"));
  await register("codegen", persisted);
  const address = `${url}?${new URLSearchParams({ documentId: hash, variables: '{"first": 2}' })}`;
  const answer = await fetch(address);
  const { data } = await answer.json();
  const again = await fetch(address, { headers: { "If-None-Match": answer.headers.get("etag") } });

  assert.equal(Object.keys(persisted).length, 2);
  assert.equal(`sha256:${createHash("sha256").update(text).digest("hex")}`, hash);
  assert.equal(data.themes.nodes.length, 2);
  assert.equal(again.status, 304);
});
