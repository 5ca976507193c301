/** A small domain for the tests of the kernel: an account that may not go below its limit. */
import { z } from "zod";
import { createCodec, invalid } from "../../../src/domain/kernel/index.js";
import type { Decider, InlineProjection, StateLoader } from "../../../src/domain/kernel/index.js";

export type AccountEvent =
  | { readonly type: "Paid"; readonly data: { readonly amount: number } }
  | { readonly type: "LimitSet"; readonly data: { readonly limit: number } };

export type AccountCommand =
  | { readonly type: "Pay"; readonly amount: number }
  | { readonly type: "PayInParts"; readonly amounts: readonly number[] }
  | { readonly type: "SetLimit"; readonly limit: number };

export interface Account {
  readonly balance: number;
  readonly limit: number;
  readonly version: number;
  readonly hash: string;
}

export const accountCodec = createCodec({
  Paid: { current: z.object({ amount: z.number() }) },
  LimitSet: { current: z.object({ limit: z.number() }) },
});

export const accountDecider: Decider<Account, AccountCommand, AccountEvent> = {
  initialState: { balance: 0, limit: 0, version: 0, hash: "" },
  decide(command, { balance, limit }) {
    switch (command.type) {
      case "Pay":
        if (balance + command.amount < limit) throw invalid("amount", "is more than there is");
        return [{ type: "Paid", data: { amount: command.amount } }];
      case "PayInParts":
        return command.amounts.map((amount) => ({ type: "Paid", data: { amount } }));
      case "SetLimit":
        return command.limit === limit ? [] : [{ type: "LimitSet", data: { limit: command.limit } }];
    }
  },
  evolve(account, event) {
    switch (event.type) {
      case "Paid":
        return { ...account, balance: account.balance + event.data.amount, version: event.version, hash: event.hash };
      case "LimitSet":
        return { ...account, limit: event.data.limit, version: event.version, hash: event.hash };
    }
  },
};

export const accountView = "account";

/** One row for each stream: the account itself. */
export const accountProjection: InlineProjection<Account, AccountEvent> = {
  changes: (_before, events, after) => [{ view: accountView, key: events[0]?.streamId ?? "", row: after }],
  tags: ({ balance }) => [balance < 0 ? "balance:debt" : "balance:credit"],
};

/** Loads from the account's row, wherever `read` finds it. */
export function accountLoader(
  read: (streamId: string) => Promise<Account | undefined>,
): StateLoader<Account, AccountCommand> {
  return {
    async load(streamId) {
      const state = (await read(streamId)) ?? accountDecider.initialState;
      return { version: state.version, state, hash: state.hash };
    },
    covers: () => true,
  };
}
