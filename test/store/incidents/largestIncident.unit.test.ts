/** The largest incident that the rules allow is a row far below DynamoDB's 400 KB. */
import { expect, it } from "vitest";
import { incidentRoles, limits } from "../../../src/domain/incidents/index.js";
import { incidentViewWriters } from "../../../src/store/readModels/incidents/viewWriters.js";
import { Story, command, declaration, incidentOf, start, uuid } from "../../support/incidents.js";

/** Three bytes a character. */
const long = (characters: number) => "字".repeat(characters);
const word = (n: number, length: number) => `${n}-`.padEnd(length, "x");

it("stays below 350 KB with everything at its limit", () => {
  const at = { at: start };
  const labels = Object.fromEntries(Array.from({ length: limits.labels }, (_, n) => [word(n, 64), long(128)]));
  const services = Array.from({ length: limits.services }, (_, n) => word(n, 100));
  const story = new Story().do(
    declaration({ title: long(limits.title), description: long(limits.description), services, labels }),
    at,
  );
  for (let n = 0; n < limits.participants; n += 1) {
    for (const role of incidentRoles.filter((one) => one !== "COMMANDER"))
      story.do(command("AssignRole", { personId: word(n, 128), role }), at);
  }
  for (let n = 0; n < limits.links; n += 1) {
    story.do(
      command("AddLink", {
        linkId: uuid(n),
        kind: "URL",
        target: `https://x/${word(n, 985)}`,
        title: long(limits.title),
      }),
      at,
    );
  }
  for (let n = 0; n < limits.followUps; n += 1) {
    story.do(
      command("AddFollowUp", { followUpId: uuid(n), title: long(limits.title), owner: word(n, 128), dueAt: start }),
      at,
    );
  }
  for (let n = 0; n < limits.mergedIncidents; n += 1) {
    story.do(command("ReceiveMerge", { source: { incidentId: uuid(n), number: 1_000_000 + n } }), at);
  }
  for (let n = 0; n < 6; n += 1)
    story.do(command("ChangeDetails", { description: `${n}${long(limits.description - 1)}` }), at);
  const [write] = incidentViewWriters.incident({ view: "incident", key: "", row: incidentOf(story) });
  const bytes = Buffer.byteLength(JSON.stringify(write?.kind === "put" ? write.item : {}));
  expect(bytes).toBeGreaterThan(200_000);
  expect(bytes).toBeLessThan(350_000);
});
