/** Refusals: a sentence, a code, and the field that caused them. Names of streams. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  DomainError,
  ForbiddenError,
  IdempotencyKeyReusedError,
  InvalidTransitionError,
  NotFoundError,
  UnavailableError,
  ValidationError,
  VersionConflictError,
  invalid,
  parseOrRefuse,
  parseStreamName,
  toStreamName,
} from "../../../src/domain/kernel/index.js";

describe("a refusal", () => {
  const refusals: readonly (readonly [DomainError, string, string, readonly string[], string])[] = [
    [invalid("title", "is empty"), "ValidationError", "VALIDATION", ["title"], "title: is empty"],
    [new NotFoundError("incident", "7", ["id"]), "NotFoundError", "NOT_FOUND", ["id"], "incident 7 does not exist"],
    [
      new InvalidTransitionError("OPEN", "CLOSED", ["RESOLVED", "MERGED"]),
      "InvalidTransitionError",
      "INVALID_TRANSITION",
      [],
      "cannot go from OPEN to CLOSED; allowed: RESOLVED, MERGED",
    ],
    [
      new VersionConflictError("Test-1", 3, 4),
      "VersionConflictError",
      "VERSION_CONFLICT",
      ["expectedVersion"],
      "Test-1 is at version 4, not 3",
    ],
    [
      new IdempotencyKeyReusedError("k"),
      "IdempotencyKeyReusedError",
      "IDEMPOTENCY_KEY_REUSED",
      ["idempotencyKey"],
      "idempotency key k was used before with another input",
    ],
    [new ForbiddenError("not yours"), "ForbiddenError", "FORBIDDEN", [], "not yours"],
    [new UnavailableError("busy"), "UnavailableError", "UNAVAILABLE", [], "busy"],
  ];
  it.each(refusals)("%s has a name, a code, a path and a sentence", (error, name, code, path, message) => {
    expect(error).toBeInstanceOf(DomainError);
    expect({ name: error.name, code: error.code, path: error.inputPath, message: error.message }).toEqual({
      name,
      code,
      path,
      message,
    });
  });

  it("says where nothing at all is allowed", () => {
    expect(new InvalidTransitionError("MERGED", "OPEN", []).message).toContain("allowed: none");
  });

  it("keeps its cause", () => {
    const cause = new Error("inner");
    expect(new UnavailableError("busy", [], { cause }).cause).toBe(cause);
  });
});

describe("input", () => {
  const schema = z.object({ title: z.string().min(1), labels: z.array(z.string()) });

  it("is parsed", () => {
    expect(parseOrRefuse(schema, { title: "a", labels: [], more: 1 })).toEqual({ title: "a", labels: [] });
  });

  it("is refused with every field that breaks a rule", () => {
    expect.assertions(2);
    try {
      parseOrRefuse(schema, { title: "", labels: ["a", 5] }, ["input"]);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      expect(error.problems.map(({ path }) => path)).toEqual([
        ["input", "title"],
        ["input", "labels", "1"],
      ]);
      expect(error.inputPath).toEqual(["input", "title"]);
    }
  });
});

describe("a stream name", () => {
  it("is category and id, and the id may have hyphens", () => {
    expect(toStreamName("Incident", "018f-3e6a")).toBe("Incident-018f-3e6a");
    expect(parseStreamName("Incident-018f-3e6a")).toEqual({ category: "Incident", id: "018f-3e6a" });
  });

  it("without a hyphen is a category without an id", () => {
    expect(parseStreamName("Incident")).toEqual({ category: "Incident", id: "" });
  });
});
