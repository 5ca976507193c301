/** `atLeast`: who writes and then asks an async view reads what was written. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCursorCodec } from "../../../src/resolvers/index.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

const counts = gql<{ incidentCounts: { status: string; count: number }[] }>(
  `query ($atLeast: String) { incidentCounts(atLeast: $atLeast) { status count } }`,
);
const declare = gql<{ declareIncident: { position: string } }>(
  `mutation { declareIncident(input: { title: "One more", severity: P3, services: ["a"] }) { position } }`,
);
const lastEvent = gql<{ events: { edges: { cursor: string }[] } }>(`{ events { edges { cursor } } }`);

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger({ CURSOR_SECRET: "a secret that the test knows as well" });
});
afterAll(() => test.close());

const open = async (atLeast: string | undefined) => {
  const { incidentCounts } = await test.run(counts, { atLeast });
  return incidentCounts.find(({ status }) => status === "OPEN")?.count;
};

it("counts what the mutation of that position has changed, each time", async () => {
  for (let declared = 1; declared <= 10; declared += 1) {
    const { position } = (await test.run(declare, {})).declareIncident;
    expect(await open(position)).toBe(declared);
  }
});

it("takes the cursor of an event as well", async () => {
  const { edges } = (await test.run(lastEvent, {})).events;
  expect(await open(edges.at(-1)?.cursor)).toBe(10);
});

it("is refused for what is no position of this ledger", async () => {
  const cursors = createCursorCodec("a secret that the test knows as well");
  const foreign = cursors.encodePosition({ kind: "feed", feed: [1] });
  for (const atLeast of ["x", foreign]) {
    const { errors } = await test.send(counts, { atLeast });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "atLeast" });
  }
});

it("gives up after a while on what never comes", async () => {
  const cursors = createCursorCodec("a secret that the test knows as well");
  const never = cursors.encodePosition({ kind: "feed", feed: [1_000_000, 0, 0, 0] });
  const { errors } = await test.send(counts, { atLeast: never });
  expect(errors?.[0]?.extensions).toMatchObject({ code: "UNAVAILABLE", field: "atLeast" });
}, 15_000);
