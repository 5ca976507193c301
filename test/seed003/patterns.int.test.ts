/** Seed 003 on the embedded engine. */
import { describe } from "vitest";
import { seedPatterns } from "./patterns.conformance.js";

describe("with Dynoxide", () => {
  seedPatterns({ OPSLEDGER_ENGINE: "dynoxide" });
});
