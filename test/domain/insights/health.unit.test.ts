/** Health scores, and the formulas that give them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activeFormula,
  defaultComponents,
  defaultFormulas,
  healthFormulaDecider,
  limits,
  scoreHealth,
} from "../../../src/domain/insights/index.js";
import type { HealthComponent, HealthFormulaEvent } from "../../../src/domain/insights/index.js";
import { NotFoundError, ValidationError } from "../../../src/domain/kernel/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import type { PastEvent } from "../../support/deciderSpecification.js";
import { otherFormula, storyStart } from "../../support/metricsStory.js";

const streamId = "HealthFormula-student";
const { given } = deciderSpecification(healthFormulaDecider);
const of = (event: HealthFormulaEvent): PastEvent<HealthFormulaEvent> => ({ ...event, streamId });
const added = of({
  type: "HealthFormulaAdded",
  data: { formulaVersion: 2, components: [...otherFormula.components], note: otherFormula.note },
});

describe("a health score", () => {
  const seed = { sessions_7d: 2, sessions_14d: 5, sessions_30d: 12, ib_calls_7d: 1, ib_calls_14d: 3, avg_rating: 4.5 };

  it("is that of the seed's examples", () => {
    expect(scoreHealth(defaultComponents, seed).score).toBe(72);
    const test = { ...seed, sessions_7d: 3, sessions_14d: 7, sessions_30d: 15, ib_calls_7d: 0, ib_calls_14d: 2 };
    expect(scoreHealth(defaultComponents, test).score).toBe(85);
  });

  it("says of each component what it gives", () => {
    const { parts } = scoreHealth(defaultComponents, { ...seed, avg_rating: null });
    expect(parts).toMatchObject([
      { name: "engagement", metric: "sessions_14d", value: 5, normalised: 0.625, weight: 0.35 },
      { name: "satisfaction", metric: "avg_rating", value: null, normalised: null, weight: 0.35, contribution: null },
      { name: "support_load", metric: "ib_calls_14d", value: 3, normalised: 0.625, weight: 0.3 },
    ]);
    expect(parts[0]?.contribution).toBeCloseTo((100 * 0.35 * 0.625) / 0.65, 9);
    expect(parts[2]?.contribution).toBeCloseTo((100 * 0.3 * 0.625) / 0.65, 9);
  });

  it("is none where no component has a value, and stays within 0 and 100 where values are beyond", () => {
    expect(scoreHealth(defaultComponents, {}).score).toBeNull();
    expect(scoreHealth(defaultComponents, { sessions_14d: 900, ib_calls_14d: 0, avg_rating: 5 }).score).toBe(100);
    expect(scoreHealth(defaultComponents, { sessions_14d: 0, ib_calls_14d: 900, avg_rating: -3 }).score).toBe(0);
  });

  it("rounds half a point up, however its parts add up", () => {
    const thirds: HealthComponent[] = [0.1, 0.2, 0.7].map((weight, index) => ({
      name: `c${index}`,
      metric: "x_7d",
      weight,
      worst: 0,
      best: 200,
    }));
    expect(scoreHealth(thirds, { x_7d: 1 }).score).toBe(1);
    expect(scoreHealth(thirds, { x_7d: 57 }).score).toBe(29);
  });

  it("is what its contributions add up to", () => {
    const number = fc.double({ min: -1_000, max: 1_000, noNaN: true });
    const component = fc
      .record({ weight: fc.double({ min: 0.001, max: 1_000, noNaN: true }), worst: number, best: number })
      .filter(({ worst, best }) => worst !== best);
    const values = fc.array(fc.tuple(component, fc.option(number)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, (all) => {
        const components = all.map(([one], index) => ({ ...one, name: `c${index}`, metric: `m${index}` }));
        const metrics = Object.fromEntries(all.map(([, value], index) => [`m${index}`, value]));
        const { score, parts } = scoreHealth(components, metrics);
        if (score === null) expect(parts.every(({ contribution }) => contribution === null)).toBe(true);
        else {
          const sum = parts.reduce((points, { contribution }) => points + (contribution ?? 0), 0);
          expect(Math.abs(score - sum)).toBeLessThanOrEqual(0.5 + 1e-6);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});

describe("the formulas of a type", () => {
  it("begin with the built-in one, which is active", () => {
    expect(activeFormula(defaultFormulas("student"))).toEqual({ formulaVersion: 1, components: defaultComponents });
  });

  it("a formula is added under the next version, and the same once more is that one", () => {
    given()
      .when(otherFormula, { streamId })
      .then({ type: "HealthFormulaAdded", data: { ...added.data, formulaVersion: 2 } } as HealthFormulaEvent);
    given(added).when(otherFormula, { streamId }).thenNothing();
    given(added)
      .when({ ...otherFormula, note: undefined }, { streamId })
      .then({ type: "HealthFormulaAdded", data: { formulaVersion: 3, components: [...otherFormula.components] } });
  });

  it("adding does not activate; activating does, once", () => {
    const state = healthFormulaDecider.evolve(healthFormulaDecider.initialState, {
      ...added,
      version: 1,
      hash: "h",
      recordedAt: storyStart,
    } as Parameters<typeof healthFormulaDecider.evolve>[1]);
    expect(state.formulas).toMatchObject({ entityType: "student", active: 1, version: 1, hash: "h" });
    expect(state.formulas?.formulas[1]).toMatchObject({ formulaVersion: 2, addedAt: storyStart });
    given(added)
      .when({ type: "ActivateHealthFormula", formulaVersion: 2 }, { streamId })
      .thenOnce({ type: "HealthFormulaActivated", data: { formulaVersion: 2 } });
  });

  it("can go back to the built-in one", () => {
    given(added, of({ type: "HealthFormulaActivated", data: { formulaVersion: 2 } }))
      .when({ type: "ActivateHealthFormula", formulaVersion: 1 }, { streamId })
      .then({ type: "HealthFormulaActivated", data: { formulaVersion: 1 } });
  });

  it("refuses a version that there is not", () => {
    given(added)
      .when({ type: "ActivateHealthFormula", formulaVersion: 3 }, { streamId })
      .thenRefused(NotFoundError, ({ inputPath }) => expect(inputPath).toEqual(["formulaVersion"]));
  });

  it("refuses more versions than it can hold", () => {
    const many = Array.from({ length: limits.formulaVersions - 1 }, (_, index) =>
      of({ type: "HealthFormulaAdded", data: { formulaVersion: index + 2, components: [], note: String(index) } }),
    );
    given(...many)
      .when(otherFormula, { streamId })
      .thenRefused(ValidationError, ({ inputPath }) => expect(inputPath).toEqual(["components"]));
  });

  it("are not there for callers without the type", () => {
    given(added)
      .when(otherFormula, { streamId, scope: ["tutor"] })
      .thenRefused(NotFoundError);
    expect(() =>
      healthFormulaDecider.requireVisible?.(otherFormula, healthFormulaDecider.initialState, {
        streamId,
        now: storyStart,
        actor: { kind: "USER", id: "ada" },
        scope: ["tutor"],
      }),
    ).toThrow(NotFoundError);
  });
});
