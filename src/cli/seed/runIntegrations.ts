/**
 * Connects the example sessions and does what their users did. A second run adds nothing; one that was stopped half-way is taken up
 * where it was.
 */
import type { GraphQLClient } from "../graphqlClient.js";
import {
  SeedConnectIntegrationDocument,
  SeedDisableIntegrationDocument,
  SeedDisconnectIntegrationDocument,
  SeedIntegrationDocument,
  SeedPauseIntegrationDocument,
} from "../generated/operations.js";
import type { SeedSession, SeedSessionEnd } from "./integrations.js";
import { requireNoErrors } from "./refusals.js";

export interface SeedIntegrationsDeps {
  readonly client: GraphQLClient;
  readonly sessions: readonly SeedSession[];
  readonly now: () => Date;
  /** Called after each command, also after one that there was no need for any more. */
  readonly onProgress: () => void;
}

/** How many commands a run sends. */
export function countIntegrationCommands(sessions: readonly SeedSession[]): number {
  return sessions.reduce((sum, { end }) => sum + (end === undefined ? 1 : 2), 0);
}

/** One session after the other; throws at the first refusal. */
export async function runIntegrationSeed({ client, sessions, now, onProgress }: SeedIntegrationsDeps): Promise<void> {
  for (const session of sessions) {
    const isActive = await connect(client, session, now());
    onProgress();
    if (session.end === undefined) continue;
    if (isActive) await end(client, session, session.end);
    onProgress();
  }
}

/** Whether it is active then. A session that is there is left as it is: the time of its first poll would be another one. */
async function connect(client: GraphQLClient, { input, startInDays }: SeedSession, now: Date): Promise<boolean> {
  const { userId, serviceType } = input;
  const { integrationSession } = await client.run(SeedIntegrationDocument, { userId, serviceType }, userId);
  if (integrationSession != null) return integrationSession.status === "ACTIVE";
  const startAt = startInDays === undefined ? undefined : new Date(now.getTime() + startInDays * dayMilliseconds);
  const { connectIntegration } = await client.run(
    SeedConnectIntegrationDocument,
    { input: { ...input, startAt: startAt?.toISOString() } },
    userId,
  );
  requireNoErrors(nameOf(input), connectIntegration.errors);
  return true;
}

/** Under a key, so that a session that was resumed since is left as it is. */
async function end(client: GraphQLClient, { input: of }: SeedSession, { how, reason }: SeedSessionEnd): Promise<void> {
  const { userId, serviceType } = of;
  const idempotencyKey = `seed/integration/${nameOf(of)}/${how}`;
  const variables = { input: { userId, serviceType, reason, idempotencyKey } };
  const errors = await run[how](client, variables, userId);
  requireNoErrors(`${nameOf(of)} ${how}`, errors);
}

type Run = (
  client: GraphQLClient,
  variables: {
    readonly input: {
      readonly userId: string;
      readonly serviceType: string;
      readonly reason: string;
      readonly idempotencyKey: string;
    };
  },
  userId: string,
) => Promise<readonly { readonly code: string; readonly message: string }[]>;

const run: Readonly<Record<SeedSessionEnd["how"], Run>> = {
  PAUSE: async (client, variables, userId) =>
    (await client.run(SeedPauseIntegrationDocument, variables, userId)).pauseIntegration.errors,
  DISABLE: async (client, variables, userId) =>
    (await client.run(SeedDisableIntegrationDocument, variables, userId)).disableIntegration.errors,
  DISCONNECT: async (client, variables, userId) =>
    (await client.run(SeedDisconnectIntegrationDocument, variables, userId)).disconnectIntegration.errors,
};

const nameOf = ({ userId, serviceType }: SeedSession["input"]) => `${userId}/${serviceType}`;

const dayMilliseconds = 86_400_000;
