/** The smallest decider has the properties of all. */
import fc from "fast-check";
import { deciderProperties } from "../../support/deciderProperties.js";
import { accountCodec, accountDecider, accountProjection } from "./account.js";
import type { AccountCommand } from "./account.js";

const amount = fc.integer({ min: -20, max: 20 });

deciderProperties("an account", {
  decider: accountDecider,
  projection: accountProjection,
  codec: accountCodec,
  streamId: "Account-1",
  begin: [{ type: "SetLimit", limit: -10 }],
  commands: fc.oneof<fc.Arbitrary<AccountCommand>[]>(
    amount.map((of) => ({ type: "Pay", amount: of })),
    fc.array(amount, { maxLength: 3 }).map((amounts) => ({ type: "PayInParts", amounts })),
    amount.map((limit) => ({ type: "SetLimit", limit })),
  ),
  // A payment is a fact of its own each time.
  isDoneOnce: ({ type }) => type === "SetLimit",
});
