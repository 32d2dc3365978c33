// Puts manifests where the server looks for registered operations, and waits until it has looked.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const url = process.env.DUTA_TEST_URL;
const folder = process.env.DUTA_TEST_DOCUMENTS;

export async function register(name, manifest) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(manifest));
  const [id] = Object.keys(manifest);
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const answer = await fetch(`${url}?documentId=${encodeURIComponent(id)}`);
    const { errors = [] } = await answer.json();
    if (errors[0]?.extensions.code !== "PERSISTED_QUERY_NOT_FOUND") return;
    await new Promise((soon) => setTimeout(soon, 100));
  }
  throw new Error(`${name} is not registered`);
}
