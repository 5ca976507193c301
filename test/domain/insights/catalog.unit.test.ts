/** Types of entities and kinds of activity: what may be defined, and what stays as it is. */
import { describe, expect, it } from "vitest";
import {
  catalogDecider,
  defaultCatalog,
  kindNamed,
  limits,
  metricNames,
  requireType,
  typeOfId,
} from "../../../src/domain/insights/index.js";
import type { CatalogEvent, InsightsCommandOf } from "../../../src/domain/insights/index.js";
import { ForbiddenError, NotFoundError, ValidationError } from "../../../src/domain/kernel/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { homework, school } from "../../support/metricsStory.js";

const { given } = deciderSpecification(catalogDecider);
const { type: _kind, ...homeworkKind } = homework;
const { type: _type, ...schoolType } = school;
const defined: CatalogEvent = { type: "ActivityKindDefined", data: { kind: homeworkKind } };

const refusedAt = (field: string) => (error: ValidationError) => expect(error.inputPath).toEqual([field]);

describe("the catalog", () => {
  it("begins with the seed's types, kinds and metrics", () => {
    expect(metricNames(defaultCatalog)).toEqual([
      "sessions_7d",
      "sessions_14d",
      "sessions_30d",
      "ib_calls_7d",
      "ib_calls_14d",
      "avg_rating",
    ]);
    expect(typeOfId(defaultCatalog, "stu_4532")?.name).toBe("student");
    expect(typeOfId(defaultCatalog, "sub_math_2")?.name).toBe("subject");
    expect(typeOfId(defaultCatalog, "4532")).toBeUndefined();
    expect(typeOfId(defaultCatalog, "xyz_4532")).toBeUndefined();
    expect(kindNamed(defaultCatalog, "rating")?.value).toEqual({ least: 0, most: 5 });
    expect(requireType(defaultCatalog, "tutor", "entityType").prefix).toBe("tut_");
    expect(() => requireType(defaultCatalog, "school", "entityType")).toThrow(NotFoundError);
  });

  it("takes a type and a kind, once", () => {
    given()
      .when(school)
      .thenOnce({ type: "EntityTypeDefined", data: { entityType: schoolType } });
    given().when(homework).thenOnce(defined);
  });

  it("keeps what it had", () => {
    const state = catalogDecider.evolve(catalogDecider.initialState, {
      ...defined,
      version: 1,
      hash: "h",
    } as Parameters<typeof catalogDecider.evolve>[1]);
    expect(state.catalog?.kinds).toHaveLength(4);
    expect(state.catalog).toMatchObject({ version: 1, hash: "h", entityTypes: defaultCatalog.entityTypes });
    expect(metricNames(state.catalog ?? defaultCatalog).slice(-3)).toEqual([
      "homeworks_7d",
      "homeworks_30d",
      "avg_homework",
    ]);
  });

  it("refuses a prefix that another type has, and another prefix or role for a type", () => {
    const student: InsightsCommandOf<"DefineEntityType"> = {
      type: "DefineEntityType",
      name: "student",
      prefix: "stu_",
      role: "ENTITY",
    };
    given().when(student).thenNothing();
    given()
      .when({ ...school, prefix: "stu_" })
      .thenRefused(ValidationError, refusedAt("prefix"));
    given()
      .when({ ...student, prefix: "pup_" })
      .thenRefused(ValidationError, refusedAt("prefix"));
    given()
      .when({ ...student, role: "AGGREGATE" })
      .thenRefused(ValidationError, refusedAt("role"));
  });

  it("refuses a plural that another kind has, and a metric of the same name as another's", () => {
    given()
      .when({ ...homework, plural: "sessions" })
      .thenRefused(ValidationError, refusedAt("plural"));
    given()
      // Its count is avg_rating_7d; so would be the mean of a kind rating_7d.
      .when({ ...homework, name: "rating_7d" })
      .then({ type: "ActivityKindDefined", data: { kind: { ...homeworkKind, name: "rating_7d" } } });
    given({ type: "ActivityKindDefined", data: { kind: { ...homeworkKind, name: "rating_7d" } } })
      .when({ type: "DefineActivityKind", name: "other", plural: "avg_rating", windows: [7] })
      .thenRefused(ValidationError, refusedAt("name"));
  });

  it("lets a kind get windows and other bounds, and keeps its metrics", () => {
    given(defined)
      .when({ ...homework, windows: [30, 14, 7], value: { least: 0, most: 10 } })
      .thenOnce({
        type: "ActivityKindDefined",
        data: { kind: { ...homeworkKind, windows: [7, 14, 30], value: { least: 0, most: 10 } } },
      });
    given(defined)
      .when({ ...homework, windows: [7] })
      .thenRefused(ValidationError, refusedAt("windows"));
    given(defined)
      .when({ ...homework, plural: "tasks" })
      .thenRefused(ValidationError, refusedAt("plural"));
    given(defined)
      .when({ ...homework, value: undefined })
      .thenRefused(ValidationError, refusedAt("value"));
    given()
      .when({
        type: "DefineActivityKind",
        name: "session",
        plural: "sessions",
        windows: [7, 14, 30],
        value: { least: 0, most: 1 },
      })
      .thenRefused(ValidationError, refusedAt("value"));
  });

  it("holds so many types and kinds and no more", () => {
    const types = Array.from({ length: limits.entityTypes - 4 }, (_, index): CatalogEvent => ({
      type: "EntityTypeDefined",
      data: { entityType: { name: `t${index}`, prefix: `t${index}_`, role: "ENTITY" } },
    }));
    given(...types)
      .when(school)
      .thenRefused(ValidationError, refusedAt("name"));
    given(...types.slice(1))
      .when(school)
      .then({ type: "EntityTypeDefined", data: { entityType: schoolType } });
    const kinds = Array.from({ length: limits.kinds - 3 }, (_, index): CatalogEvent => ({
      type: "ActivityKindDefined",
      data: { kind: { name: `k${index}`, plural: `ks${index}`, windows: [] } },
    }));
    given(...kinds)
      .when(homework)
      .thenRefused(ValidationError, refusedAt("name"));
    given(...kinds.slice(1))
      .when(homework)
      .then(defined);
  });

  it("kinds are for those who see all, types for those who have them", () => {
    given()
      .when(homework, { scope: ["student"] })
      .thenRefused(ForbiddenError);
    given()
      .when(school, { scope: ["student"] })
      .thenRefused(ForbiddenError);
    given()
      .when(school, { scope: ["school"] })
      .then({ type: "EntityTypeDefined", data: { entityType: schoolType } });
  });
});
