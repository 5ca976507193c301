/** Seed 004 on the embedded engine. */
import { describe } from "vitest";
import { seedQueries } from "./queries.conformance.js";

describe("with Dynoxide", () => {
  seedQueries("dynoxide");
});
