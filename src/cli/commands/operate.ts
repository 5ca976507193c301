/** `opsledger processors` and `opsledger dead-letters`: what stands behind the feed, and what to do about what it could not do. */
import { userInfo } from "node:os";
import {
  ListDeadLettersDocument,
  ListProcessorsDocument,
  RetryLetterDocument,
  SkipLetterDocument,
} from "../generated/operations.js";
import type { LetterFragment } from "../generated/operations.js";
import { connect } from "../connection.js";
import type { Connection } from "../connection.js";
import { aligned, counted } from "../text.js";

export interface OperateOptions {
  /** Who asks, where the server wants to know. */
  readonly token?: string | undefined;
}

/** Prints every processor on a line, and below it what went wrong last. */
export async function listProcessors({ token }: OperateOptions): Promise<void> {
  await withConnection(token, async ({ client }) => {
    const { processors } = await client.run(ListProcessorsDocument, {}, person());
    const [header = "", ...lines] = aligned([
      ["name", "kind", "lag", "dead letters", "held by"],
      ...processors.map(({ name, kind, lagEvents, lagSeconds, deadLetters, holder }) => [
        name,
        kind,
        `${counted(lagEvents, "event")}, ${(lagSeconds ?? 0).toFixed(1)} s`,
        String(deadLetters),
        holder ?? "nobody",
      ]),
    ]);
    console.log(header);
    for (const [index, line] of lines.entries()) {
      const error = processors[index]?.error;
      console.log(error == null ? line : `${line}\n    ${error}`);
    }
  });
}

/** Prints every dead letter with its reason. */
export async function listDeadLetters({ processor, token }: OperateOptions & { processor?: string }): Promise<void> {
  await withConnection(token, async (connection) => {
    const letters = await allLetters(connection, processor);
    if (letters.length === 0) console.log("No stream is parked.");
    for (const letter of letters) console.log(describe(letter));
  });
}

/** Asks for another try. */
export async function retryDeadLetter(processor: string, streamId: string, { token }: OperateOptions): Promise<void> {
  await withConnection(token, async ({ client }) => {
    const input = { processor, streamId };
    const { retryDeadLetter: outcome } = await client.run(RetryLetterDocument, { input }, person());
    report(outcome, "It is tried again now: `dead-letters list` shows whether it helped.");
  });
}

/** Asks to leave the event out. */
export async function skipDeadLetter(
  processor: string,
  streamId: string,
  { token, reason }: OperateOptions & { readonly reason: string },
): Promise<void> {
  await withConnection(token, async ({ client }) => {
    const input = { processor, streamId, reason };
    const { skipDeadLetter: outcome } = await client.run(SkipLetterDocument, { input }, person());
    report(outcome, "The event is left out, and the stream goes on behind it.");
  });
}

async function withConnection(
  token: string | undefined,
  run: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await connect(process.env, token);
  try {
    await run(connection);
  } finally {
    await connection.close();
  }
}

async function allLetters({ client }: Connection, processor: string | undefined): Promise<LetterFragment[]> {
  const letters: LetterFragment[] = [];
  let after: string | null | undefined;
  do {
    const { deadLetters } = await client.run(ListDeadLettersDocument, { processor, after }, person());
    letters.push(...deadLetters.nodes);
    after = deadLetters.pageInfo.hasNextPage ? deadLetters.pageInfo.endCursor : undefined;
  } while (after != null);
  return letters;
}

function report(
  {
    deadLetter,
    errors,
  }: { readonly deadLetter?: LetterFragment | null; readonly errors: readonly { message: string }[] },
  done: string,
): void {
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("; "));
  if (deadLetter != null) console.log(describe(deadLetter));
  console.log(done);
}

function describe({ processor, streamId, version, eventType, attempts, parkedAt, error, requested }: LetterFragment) {
  const asked = requested == null ? "" : `, ${requested} asked for`;
  return `${processor}  ${streamId}  version ${version} ${eventType}, ${counted(attempts, "attempt")}, parked ${parkedAt}${asked}\n    ${error}`;
}

/** Who is at the terminal, for the audit log of a server that asks for no token. */
function person(): string {
  return userInfo().username;
}
