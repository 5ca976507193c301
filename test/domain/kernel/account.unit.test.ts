/** The account of the kernel's tests: shows how the specifications of deciders and projections read, and that they can fail. */
import { describe, expect, it } from "vitest";
import { NotFoundError, ValidationError } from "../../../src/domain/kernel/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { projectionSpecification } from "../../support/projectionSpecification.js";
import { accountDecider, accountProjection, accountView } from "./account.js";
import type { AccountCommand, AccountEvent } from "./account.js";

const { given } = deciderSpecification(accountDecider);
const paid = (amount: number): AccountEvent => ({ type: "Paid", data: { amount } });
const limitSet = (limit: number): AccountEvent => ({ type: "LimitSet", data: { limit } });
const setLimit = (limit: number): AccountCommand => ({ type: "SetLimit", limit });
const pay = (amount: number): AccountCommand => ({ type: "Pay", amount });

describe("an account", () => {
  it("can be drawn on down to its limit", () => {
    given(paid(5), limitSet(-10)).when(pay(-15)).then(paid(-15));
  });

  it("cannot be drawn on below its limit", () => {
    given(paid(5))
      .when(pay(-6))
      .thenRefused(ValidationError, ({ inputPath }) => expect(inputPath).toEqual(["amount"]));
  });

  it("gets a new limit once", () => {
    given().when(setLimit(-5)).thenOnce(limitSet(-5));
    given(limitSet(-5)).when(setLimit(-5)).thenNothing();
  });

  it("is shown as it is after each commit", () => {
    const { given: projected } = projectionSpecification(accountDecider, accountProjection);
    const { thenRows, thenTags } = projected([paid(5)], [paid(-7), limitSet(-10)]);
    thenRows(accountView, { "Test-1": { balance: -2, limit: -10, version: 3, hash: "hash-3" } });
    thenTags("balance:debt");
  });
});

describe("a specification fails", () => {
  it.each([
    ["where other events are proposed", () => given().when(setLimit(-5)).then(limitSet(-6))],
    ["where the same command means something again", () => given().when(pay(5)).thenOnce(paid(5))],
    ["where nothing is proposed", () => given().when(setLimit(0)).then(limitSet(0))],
    ["where something is proposed, though nothing should be", () => given().when(pay(5)).thenNothing()],
    ["where no refusal comes", () => given().when(pay(5)).thenRefused(ValidationError)],
    ["where another refusal comes", () => given().when(pay(-5)).thenRefused(NotFoundError)],
    [
      "where the refusal carries something else",
      () =>
        given()
          .when(pay(-5))
          .thenRefused(ValidationError, ({ inputPath }) => expect(inputPath).toEqual([])),
    ],
  ])("%s", (_, specify) => {
    expect(specify).toThrow();
  });
});
