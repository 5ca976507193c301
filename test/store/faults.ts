/** Faults for tests of what speaks to DynamoDB: requests that fail before the engine sees them, answers that are lost. */
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";

/** To be called before the client's first request, as it keeps the steps that it has resolved. */
export interface FaultOptions {
  /** Names of the operations that are counted; others pass. */
  readonly operations: readonly string[];
  /** The error of request number `count` (from 1), undefined where it passes. */
  readonly failure: (count: number) => Error | undefined;
}

/** Fails requests in front of everything that the SDK does, so that it tries none of them again. Returns a counter. */
export function failRequests(db: DynamoDb, { operations, failure }: FaultOptions): { readonly count: number } {
  const sent = { count: 0 };
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      if (operations.includes(operationOf(context.commandName))) {
        sent.count += 1;
        const error = failure(sent.count);
        if (error !== undefined) throw error;
      }
      return next(args);
    },
    { step: "initialize", name: "failRequests" },
  );
  return sent;
}

/** Loses answers behind what the SDK tries again: the engine has carried out the request, and the SDK sends it anew. */
export function loseAnswers(
  db: DynamoDb,
  { operations, lose }: { readonly operations: readonly string[]; readonly lose: (count: number) => Promise<boolean> },
): { readonly count: number } {
  const sent = { count: 0 };
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (operations.includes(operationOf(context.commandName))) {
        sent.count += 1;
        if (await lose(sent.count)) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      }
      return result;
    },
    { step: "deserialize", priority: "low", name: "loseAnswers" },
  );
  return sent;
}

/** A cancelled transaction with these codes for its items. */
export function cancelled(...codes: readonly string[]): Error {
  return new TransactionCanceledException({
    message: "Transaction cancelled",
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}

/** An error as the SDK throws it. */
export function sdkError(name: string, facts: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(name), { name, $metadata: {}, ...facts });
}

function operationOf(commandName: string | undefined): string {
  return (commandName ?? "").replace(/Command$/, "");
}
