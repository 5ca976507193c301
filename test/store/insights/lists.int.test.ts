/** Lists of the insights context on the embedded engine. */
import { describe } from "vitest";
import { insightLists } from "./lists.conformance.js";

describe("with Dynoxide", () => {
  insightLists("dynoxide");
});
