/** The log in memory keeps the promises of every event store. */
import { describe, expect, it } from "vitest";
import { createMemoryEventStore } from "../../src/store/memory/eventStore.js";
import {
  aRow,
  anAppend,
  conformanceCodec,
  conformanceView,
  eventStoreConformance,
  noRow,
} from "../conformance/eventStore.conformance.js";

eventStoreConformance("the log in memory", async () => {
  const store = createMemoryEventStore({ codec: conformanceCodec });
  return {
    store,
    rowExists: async (view, key) => store.rows(view).has(key),
    close: async () => undefined,
  };
});

describe("the log in memory", () => {
  it("shows the rows of a view as the last commit left them", async () => {
    const store = createMemoryEventStore({ codec: conformanceCodec });
    expect(store.rows(conformanceView).size).toBe(0);
    await store.append({ appends: [anAppend("Test-1", 0, { views: [aRow("a", 1), aRow("b", 1)] })] });
    await store.append({ appends: [anAppend("Test-1", 1, { views: [aRow("a", 2), noRow("b")] })] });
    expect([...store.rows(conformanceView)]).toEqual([["a", 2]]);
  });

  it("refuses a version ahead of the stream's end", async () => {
    const store = createMemoryEventStore({ codec: conformanceCodec });
    await expect(store.append({ appends: [anAppend("Test-1", 4)] })).rejects.toMatchObject({ expected: 4, actual: 0 });
  });
});
