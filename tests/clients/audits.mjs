// The audit suite of graphql-http: every MUST and every SHOULD of GraphQL over HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";
import { serverAudits } from "graphql-http";

const audits = serverAudits({ url: process.env.DUTA_TEST_URL });

test("the suite has its MUSTs and SHOULDs", () => {
  const count = (word) => audits.filter((audit) => audit.name.startsWith(word)).length;

  assert.deepEqual([count("MUST"), count("SHOULD"), count("MAY")], [13, 23, 25]);
});

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const { status, reason } = await audit.fn();

    assert.equal(status, "ok", reason);
  });
}
