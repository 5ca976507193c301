/** What input of a command is refused, and how the refusal names the field. */
import { describe, expect, it } from "vitest";
import { incidentCommandSchemas } from "../../../src/domain/incidents/index.js";
import type { IncidentCommandType } from "../../../src/domain/incidents/index.js";
import { ValidationError, parseOrRefuse } from "../../../src/domain/kernel/errors.js";

const valid = { number: 1, title: "Payments fail", severity: "P1", services: ["payments"] };

function problems(type: IncidentCommandType, input: unknown): string[] {
  try {
    parseOrRefuse(incidentCommandSchemas[type], input);
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
  }
}

describe("an input is refused by field", () => {
  it.each([
    ["an empty title", { ...valid, title: "  " }, "title: must not be empty"],
    ["an over-long title", { ...valid, title: "x".repeat(201) }, "title: must have at most 200 characters"],
    ["a title with half a character", { ...valid, title: "\ud83d" }, "title: must be well-formed Unicode"],
    ["a title with a control character", { ...valid, title: "a\u0000b" }, "title: must be well-formed Unicode"],
    ["a severity that the prefix query would mistake", { ...valid, severity: "P10" }, "severity: "],
    ["no service", { ...valid, services: [] }, "services: must name at least one service"],
    ["a service named twice", { ...valid, services: ["a", "a"] }, "services: must not name a service twice"],
    ["a service with #", { ...valid, services: ["pay#ments"] }, "services.0: must be a service name"],
    ["a person with #", { ...valid, commander: "a#b" }, "commander: must be a person id"],
    ["a date without zone", { ...valid, occurredAt: "2025-01-15T10:00:00" }, "occurredAt: must be an RFC 3339 date"],
    [
      "a time before ids can tell it",
      { ...valid, occurredAt: "1969-12-31T23:59:59Z" },
      "occurredAt: must not lie before 1970",
    ],
    ["30 February", { ...valid, occurredAt: "2025-02-30T10:00:00Z" }, "occurredAt: must be an RFC 3339 date"],
    ["a label key with a space", { ...valid, labels: { "a b": "c" } }, "labels.a b: "],
  ])("%s", (_name, input, problem) => {
    expect(problems("DeclareIncident", input)).toEqual([expect.stringContaining(problem)]);
  });

  it("all problems at once", () => {
    expect(problems("DeclareIncident", { ...valid, title: "", services: ["#"] })).toHaveLength(2);
  });

  it.each([["javascript:alert(1)"], ["ftp://example.com"], ["https://user:secret@example.com"], ["nonsense"]])(
    "a link to %s",
    (target) => {
      expect(problems("AddLink", { linkId: "01943a5c-0000-7000-8000-000000000001", kind: "URL", target })).toEqual([
        "target: must be an http or https address without credentials",
      ]);
    },
  );

  it("a change of details without any", () => {
    expect(problems("ChangeDetails", {})).toEqual(["title: title or description must be given"]);
  });
});
