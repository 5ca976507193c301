/** What a repeated change answers with: only what the caller may see now, in the view or elsewhere. */
import "reflect-metadata";
import DataLoader from "dataloader";
import { expect, it } from "vitest";
import { NotVisibleError } from "../../src/domain/kernel/errors.js";
import { keepInSight } from "../../src/resolvers/mutations.js";

const loaderOf = (...ids: readonly string[]) =>
  new DataLoader<string, string | undefined>(async (asked) => asked.map((id) => (ids.includes(id) ? id : undefined)));
const caller = { actor: { kind: "USER", id: "ana" }, roles: [], projects: ["payments"], authenticated: true } as const;
const named = { entity: "Incident", id: "one", field: "incidentId", row: undefined };

it("what has left the caller's projects is not there", async () => {
  await expect(keepInSight({ caller }, loaderOf(), { ...named, elsewhere: loaderOf() })).rejects.toThrow(
    NotVisibleError,
  );
});

it("what has gone to the archive is there", async () => {
  await keepInSight({ caller }, loaderOf(), { ...named, elsewhere: loaderOf("one") });
  await keepInSight({ caller }, loaderOf("one"), named);
});
