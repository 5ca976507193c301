/** Connecting a session, and changing where its items go: both tell a signing secret, once. */
import { z } from "zod";
import { ForbiddenError, parseOrRefuse, refuseProblems } from "../kernel/errors.js";
import { present } from "../kernel/present.js";
import type { Request } from "../kernel/request.js";
import { requireSessionId, toOutcome } from "./answers.js";
import {
  credentialProblems,
  intervalProblems,
  readState,
  requireService,
  startProblems,
  webhookProblems,
} from "./checks.js";
import { inputSchemas } from "./commands.js";
import type { ParsedInput, SessionCommandOf } from "./commands.js";
import type { QuietReader } from "./quiet.js";
import type { Ran, Running } from "./running.js";
import { requireOwnUser } from "./scope.js";
import type { IntegrationsService, SecretOutcome } from "./service.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";
import { UserId, toSessionId } from "./values.js";

type Connecting = Pick<
  IntegrationsServiceDeps,
  "services" | "secrets" | "eventStore" | "checkWebhook" | "clock" | "random"
> & { readonly running: Running; readonly quietOf: QuietReader };

const WithKey = z.object({ webhookKey: z.number() });

export function createConnecting(deps: Connecting): Pick<IntegrationsService, "connect" | "changeWebhook"> {
  const { secrets, eventStore, checkWebhook, running, quietOf } = deps;

  /** The number of the secret that an event has made: of a repeat, the first one's. */
  const keyAt = async (streamId: string, version: number): Promise<number> => {
    for await (const { events } of eventStore.readStream(streamId, { fromVersion: version, toVersion: version })) {
      const keyed = WithKey.safeParse(events.at(-1)?.data);
      if (keyed.success) return keyed.data.webhookKey;
    }
    throw new Error(`${streamId}: version ${version} has made no signing secret`);
  };

  const withSecret = async (ran: Ran): Promise<SecretOutcome> => {
    const outcome = toOutcome(ran);
    const { sessionId, session, position } = outcome;
    const key = session?.webhookKey ?? (await keyAt(position.streamId, position.version));
    return { ...outcome, webhookSecret: secrets.secretFor(sessionId, key) };
  };

  return {
    async connect(input, request) {
      const parsed = parseOrRefuse(inputSchemas.connect, input);
      const userId = requireUser(parsed, request);
      const sessionId = toSessionId(userId, parsed.serviceType);
      const asked = { operation: "ConnectSession", input: { ...parsed, userId } } as const;
      const prepare = () => ({ sessionId, command: toConnect(userId, parsed, { ...deps, asker: request }) });
      return withSecret(await running.run(asked, prepare, request));
    },

    async changeWebhook(sessionId, input, request) {
      requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.changeWebhook, input);
      const prepare = async () => {
        refuseProblems(webhookProblems(parsed.webhookUrl, checkWebhook));
        const command = { type: "ChangeWebhook", ...parsed, ...(await quietOf(sessionId)) } as const;
        return { sessionId, command };
      };
      const asked = { operation: "ChangeWebhook", input: { sessionId, ...parsed } } as const;
      return withSecret(await running.run(asked, prepare, request));
    },
  };
}

/** Whose session it becomes. @throws ValidationError where who asks is no user, ForbiddenError where it is somebody else's. */
function requireUser({ userId }: ParsedInput<"connect">, request: Request): string {
  const user = parseOrRefuse(UserId, userId ?? request.actor.id, ["userId"]);
  requireOwnUser(user, "userId", request);
  return user;
}

/**
 * No credential proves whose account it is that pushes: who may connect any number would have what is written to it.
 * @throws ForbiddenError where who asks does not see everything.
 */
function requireProof(accountKey: string | undefined, { scope }: Pick<Request, "scope">): void {
  if (accountKey === undefined || scope === "all") return;
  throw new ForbiddenError("nothing proves whose account it is: it takes access to everything", ["serviceType"]);
}

/** @throws ValidationError that names every problem; ForbiddenError where it may not be connected by who asks. */
function toConnect(
  userId: string,
  input: ParsedInput<"connect">,
  { services, checkWebhook, clock, random, asker }: Connecting & { readonly asker: Request },
): SessionCommandOf<"ConnectSession"> {
  const { webhookUrl, pollingIntervalMs, credentialRef, projectId, startAt } = input;
  const service = requireService(input.serviceType, services);
  const state = readState(service, input.serviceState);
  refuseProblems([
    ...webhookProblems(webhookUrl, checkWebhook),
    ...intervalProblems(pollingIntervalMs, service),
    ...state.problems,
    ...credentialProblems(credentialRef, { userId, service }),
    ...startProblems(startAt, clock.now()),
  ]);
  const accountKey = service.accountKey(state.value);
  requireProof(accountKey, asker);
  return {
    type: "ConnectSession",
    userId,
    serviceType: service.type,
    mode: service.mode,
    webhookUrl,
    pollingIntervalMs: pollingIntervalMs ?? service.defaultIntervalMs,
    serviceState: { ...state.value },
    jitter: random(),
    ...present({ credentialRef, projectId, startAt, accountKey }),
  };
}
