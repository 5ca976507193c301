/** What insights say: the words of the rules, and which words of a model are let through. */
import { ModelError } from "../../../src/domain/kernel/modelError.js";
import { describe, expect, it } from "vitest";
import {
  checkExplanation,
  createDeterministicExplainer,
  explainByRules,
  limits,
  toRecommendations,
} from "../../../src/domain/insights/index.js";
import type { ExplanationInput } from "../../../src/domain/insights/index.js";

const input: ExplanationInput = {
  alertId: "low_health_score_stu_4532_1736937000000",
  title: "Health is low",
  entityType: "student",
  predictionType: "low_health_score",
  riskScore: 61,
  raisedAt: "2025-01-15T10:30:00.000Z",
  evidence: [
    { name: "health_score", value: 62, level: 70 },
    { name: "sessions_7d_change_7d_percent", value: -33.333333, level: -20 },
    { name: "avg_rating", value: null, level: 3 },
  ],
  metrics: { sessions_7d: 2, sessions_14d: 5, avg_rating: null, ib_calls_14d: 1_234 },
  recommendations: ["Schedule a check-in call"],
  outcome: { metric: "health_score", comparison: "BELOW", value: 50, withinDays: 14 },
};

const refusal = (explanation: string, recommendations: readonly string[] = []): string => {
  try {
    checkExplanation({ explanation, recommendations }, input);
  } catch (error) {
    if (error instanceof ModelError && error.reason === "NONSENSE") return error.message;
    throw error;
  }
  return "none";
};

describe("the words of the rules", () => {
  it("cite the numbers that they rest on", () => {
    expect(explainByRules(input)).toEqual({
      explanation:
        "health_score is 62, below the level of 70. sessions_7d_change_7d_percent is -33.33, below the level of -20. There is no value of avg_rating. The risk is 61 of 100. It is predicted that health_score will be below 50 within 14 days.",
      recommendations: ["Schedule a check-in call"],
    });
  });

  it("pass their own check, and never grow too long", async () => {
    const draft = await createDeterministicExplainer().draft(input, new AbortController().signal);
    expect(checkExplanation(draft, input)).toEqual(draft);
    const evidence = Array.from({ length: 30 }, (_, index) => ({ name: `${"m".repeat(75)}_${index}d`, value: index }));
    expect(explainByRules({ ...input, evidence }).explanation.length).toBeLessThanOrEqual(limits.explanation);
  });
});

describe("the words of a model", () => {
  it("may have any number of the input, rounded to the digits shown, its sign in words", () => {
    expect(refusal("The score of 62 is below 70; sessions fell by 33% within 7 days.")).toBe("none");
    expect(refusal("They fell by 33.3 %, from 5 in 14 days; the risk is 61 of 100, and calls were 1,234.")).toBe(
      "none",
    );
    expect(refusal("It may be below 50 within 14 days.")).toBe("none");
  });

  it("may have no number that is not there", () => {
    expect(refusal("The score of 63 is low.")).toContain("63");
    expect(refusal("They fell by 33.4 %.")).toContain("33.4");
    expect(refusal("The score is low.", ["Call within 24 hours"])).toContain("24");
    expect(refusal("The insight stu_4532 is open.")).toContain("4532");
    expect(refusal("The score is ６２.")).toContain("６");
    expect(refusal("The score is ½ of it.")).toContain("½");
  });

  it("may have no link", () => {
    for (const link of [
      "see https://example.com",
      "see www.example.com",
      "see [here](//example.com)",
      "see example.com/path",
      "see example.com",
      "mailto:a@b.c",
    ])
      expect(refusal(`The score is low: ${link}`)).toContain("link");
  });

  it("say something, in one line each, not too long and not twice", () => {
    expect(refusal(" \n ")).toContain("says nothing");
    expect(refusal("The score is low.", ["—"])).toContain("says nothing");
    expect(refusal("a".repeat(limits.explanation + 1))).toContain("too long");
    expect(refusal("low", ["a".repeat(limits.recommendation + 1)])).toContain("too long");
    expect(
      refusal(
        "low",
        Array.from({ length: limits.recommendations + 1 }, () => "Call"),
      ),
    ).toContain("recommendations");
    const checked = checkExplanation(
      { explanation: "The score\nis\u200b  low.", recommendations: ["Call", " Call "] },
      input,
    );
    expect(checked).toEqual({ explanation: "The score is low.", recommendations: ["Call"] });
  });
});

describe("recommendations", () => {
  it("keep the ids of those that are there already", () => {
    const known = toRecommendations(["Call", "Write"]);
    expect(known).toEqual([
      { recommendationId: "r1", text: "Call" },
      { recommendationId: "r2", text: "Write" },
    ]);
    expect(toRecommendations(["Visit", "Call"], known)).toEqual([
      { recommendationId: "r3", text: "Visit" },
      { recommendationId: "r1", text: "Call" },
    ]);
  });
});
