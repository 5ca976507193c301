/** What services push: kept in the object store, then one event for each session of the account; the poller delivers it. */
import { jsonBytes } from "../kernel/json.js";
import { InvalidTransitionError, UnavailableError, invalid } from "../kernel/errors.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import { hashOfSession, isSome, problemOfItems, putItems, rangeOf } from "./contents.js";
import type { Items } from "./contents.js";
import { pushPath, sessionStream } from "./keys.js";
import { InboxFullError } from "./refusals.js";
import { isNamed, release } from "./releasing.js";
import type { IntegrationsService } from "./service.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";
import type { IntegrationSession, SessionState } from "./state.js";
import { limits } from "./values.js";

type Push = Parameters<IntegrationsService["push"]>[0];

/** TAKEN now, or before; FULL: its inbox takes no more; OVER: it is disconnected by now. */
type Taken = "TAKEN" | "FULL" | "OVER";

const sessionOf = ({ session }: SessionState) => session;

export function createPushing({
  commands,
  readModel,
  objects,
  digest,
  ids,
  log,
}: Pick<IntegrationsServiceDeps, "commands" | "readModel" | "objects" | "digest" | "ids" | "log">): Pick<
  IntegrationsService,
  "push"
> {
  /** Sessions that the account's pushes are for; the index is moments behind, the rows are not. */
  const sessionsOf = async (accountKey: string): Promise<readonly IntegrationSession[]> => {
    const ids = await readModel.findByAccount(accountKey);
    const found = ids.length === 0 ? [] : await readModel.getSessions(ids);
    return found.filter(
      (session): session is IntegrationSession =>
        session?.mode === "PUSH" && session.status !== "DISCONNECTED" && session.accountKey === accountKey,
    );
  };

  const take = async (
    { sessionId }: IntegrationSession,
    items: Items,
    { pushKey, marks }: Push,
    request: Request,
  ): Promise<Taken> => {
    const place = pushPath(hashOfSession(sessionId, digest), ids.next());
    const content = await putItems({ objects, digest }, items, place);
    const command = { type: "RecordPush", ...rangeOf(items), content, marks: { ...marks } } as const;
    const step = { streamId: sessionStream(sessionId), command };
    // The key alone says that it is the same push: the form in which it comes again may differ.
    const asked = { operation: "RecordPush", input: { sessionId, pushKey } };
    const idempotencyKey = `push/${digest(JSON.stringify([sessionId, pushKey]), "hex")}`;
    try {
      const as = { ...request, idempotencyKey, expectedVersion: undefined };
      const { repeated, states } = await runCommands(commands, [step], asked, as);
      // The first run of a repeat may have been this one, whose answer was lost: its row knows.
      const [session] = repeated ? await readModel.getSessions([sessionId]) : states.map(sessionOf);
      if (!isNamed(content, session)) await release(content, { objects, log });
      return "TAKEN";
    } catch (refusal) {
      if (!(refusal instanceof InvalidTransitionError)) throw refusal;
      await release(content, { objects, log });
      return refusal instanceof InboxFullError ? "FULL" : "OVER";
    }
  };

  return {
    async push(push, request) {
      const { items, accountKey } = push;
      const problem = problemOfItems(items) ?? (isSome(items) ? undefined : "there are no items");
      if (problem !== undefined || !isSome(items)) throw invalid("items", problem ?? "must be some");
      if (jsonBytes(items) > limits.pushBytes) throw invalid("items", `must have at most ${limits.pushBytes} bytes`);
      const sessions = await sessionsOf(accountKey);
      const taken = await Promise.all(sessions.map((session) => take(session, items, push, request)));
      // Those that took it take the repeat for what it is.
      if (taken.includes("FULL"))
        throw new UnavailableError("too many pushes wait to be delivered: push it again later");
      return { sessions: taken.filter((one) => one === "TAKEN").length };
    },
  };
}
