/** A dead letter that is sent once more because somebody asks for it. */
import { InvalidTransitionError, UnavailableError, VersionConflictError, parseOrRefuse } from "../kernel/errors.js";
import type { Request } from "../kernel/request.js";
import { requireSessionId, toOutcome } from "./answers.js";
import { inputSchemas } from "./commands.js";
import { getItems, toDelivery } from "./contents.js";
import { sessionStream } from "./keys.js";
import type { QuietReader } from "./quiet.js";
import type { Running } from "./running.js";
import { requireVisibleSession } from "./scope.js";
import type { IntegrationsService } from "./service.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";
import type { IntegrationSession } from "./state.js";

type Redelivering = Pick<IntegrationsServiceDeps, "readModel" | "objects" | "webhooks" | "secrets" | "digest">;

export function createRedelivering({
  running,
  readModel,
  objects,
  webhooks,
  secrets,
  digest,
  quietOf,
}: Redelivering & { readonly running: Running; readonly quietOf: QuietReader }): Pick<
  IntegrationsService,
  "redeliver"
> {
  /** Sends what is open still; whether it may be closed without that is for the decision to say. */
  const send = async (session: IntegrationSession, deadLetterId: string): Promise<void> => {
    const letter = session.openDeadLetters.find((open) => open.deadLetterId === deadLetterId);
    if (letter === undefined) return;
    if (session.webhookUrl === "")
      throw new InvalidTransitionError(session.status, "ACTIVE", [], "the session is disconnected: it has no webhook");
    const items = await getItems({ objects, digest }, letter.content);
    if (items === undefined)
      throw new UnavailableError("its items are not in the object store as they were put there: discard it", [
        "deadLetterId",
      ]);
    const delivery = toDelivery(session, items, { secrets, digest });
    const result = await webhooks.deliver(delivery, new AbortController().signal);
    if (result.accepted) return;
    throw new UnavailableError(`the webhook did not take it: ${result.message} (${result.code})`, ["deadLetterId"]);
  };

  const read = async (sessionId: string, asker: Request): Promise<IntegrationSession> => {
    const [found] = await readModel.getSessions([sessionId]);
    const session = requireVisibleSession(found, { sessionId, field: "sessionId", asker });
    const { expectedVersion = session.version } = asker;
    if (session.version === expectedVersion) return session;
    throw new VersionConflictError(sessionStream(sessionId), expectedVersion, session.version);
  };

  return {
    async redeliver(sessionId, input, request) {
      requireSessionId(sessionId, request);
      const { deadLetterId } = parseOrRefuse(inputSchemas.redeliver, input);
      const prepare = async () => {
        await send(await read(sessionId, request), deadLetterId);
        const command = { type: "RecordRedelivery", deadLetterId, ...(await quietOf(sessionId)) } as const;
        return { sessionId, command };
      };
      const asked = { operation: "RecordRedelivery", input: { sessionId, deadLetterId } } as const;
      return toOutcome(await running.run(asked, prepare, request));
    },
  };
}
