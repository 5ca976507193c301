/** What one poll records. Its cursor is the fence: where another poll has moved it, nothing is written and the poll is over. */
import type { JsonObject } from "../kernel/json.js";
import { InvalidTransitionError, NotFoundError } from "../kernel/errors.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import type { Instant } from "../kernel/time.js";
import type { SessionCommand } from "./commands.js";
import { hashOfSession, idOfItems, isSome, putItems, rangeOf } from "./contents.js";
import { deadLetterPath, sessionStream } from "./keys.js";
import type { LeaseKeeper } from "./leaseKeeper.js";
import { PollFailure, PollOver } from "./pollFailure.js";
import type { PollPage } from "./ports.js";
import { isNamed, release } from "./releasing.js";
import type { PollingDeps } from "./serviceDeps.js";
import type { IntegrationSession, OpenDeadLetter, PendingPush } from "./state.js";
import type { ServiceItem } from "./values.js";
import { isActive, limits } from "./values.js";
import { clip } from "../kernel/text.js";

export interface Recorder {
  /** As it is behind what was recorded. */
  readonly session: IntegrationSession;
  /** The page was delivered. `throughPush`: of a PUSH session, which push it was. */
  polled(page: PollPage & { readonly more: boolean; readonly throughPush?: number }): Promise<void>;
  failed(failure: PollFailure): Promise<void>;
  rateLimited(failure: PollFailure): Promise<void>;
  /** The state without the cursor that the service has forgotten. */
  resync(failure: PollFailure, serviceState: JsonObject): Promise<void>;
  /** Puts an item aside that the webhook will not take; the poll goes on. @throws PollOver where the session is disabled by it. */
  deadLetter(item: ServiceItem, reason: string): Promise<void>;
  /** The same of a push whose items nobody can read any more: what is left is where they were. */
  lostPush(push: PendingPush, reason: string): Promise<void>;
}

interface Recording extends Pick<PollingDeps, "commands" | "objects" | "digest" | "ids" | "random" | "log"> {
  readonly session: IntegrationSession;
  /** Polls that the first record stands for: this one, and quiet ones before it. */
  readonly polls: number;
  readonly at: Instant;
  readonly request: Request;
  readonly keeper: LeaseKeeper;
  readonly remember: (session: IntegrationSession) => void;
}

export function createRecorder(deps: Recording): Recorder {
  const { commands, objects, digest, ids, random, at, request, keeper, remember } = deps;
  let { session, polls } = deps;
  const { sessionId } = session;
  /** What this poll has moved the cursor to: that of `session` may be another poll's by now. */
  let { cursorRevision } = session;

  const perform = async (command: SessionCommand): Promise<void> => {
    const step = { streamId: sessionStream(sessionId), command };
    try {
      const { states } = await keeper.during(() => commands.handle([step], toMetadata(request)));
      session = states[0]?.session ?? session;
    } catch (refusal) {
      // Another poll has moved the cursor, or the session is not to be polled any more.
      if (!(refusal instanceof InvalidTransitionError) && !(refusal instanceof NotFoundError)) throw refusal;
      throw new PollOver(refusal.message, { cause: refusal });
    }
    remember(session);
  };

  const ofPoll = () => ({ polls, at, cursorRevision, jitter: random() });

  const recordDeadLetter = async (letter: Omit<OpenDeadLetter, "at">): Promise<void> => {
    await perform({ type: "RecordDeadLetter", ...letter, reason: clip(letter.reason, limits.message) });
    // The same item is aside already, or it is not taken: what was put for it is nobody's.
    if (!isNamed(letter.content, session)) await release(letter.content, deps);
    if (!isActive(session.status)) throw new PollOver(`${sessionId} is ${session.status}`);
    if (session.cursorRevision !== cursorRevision) throw new PollOver(`another poll has moved ${sessionId}'s cursor`);
    await keeper.adopt(session);
  };

  const putAside = async (item: ServiceItem) => {
    try {
      const place = deadLetterPath(hashOfSession(sessionId, digest), ids.next());
      return await putItems({ objects, digest }, [item], place);
    } catch (error) {
      const message = "The object store did not take what the webhook had refused";
      throw new PollFailure("TRANSIENT", { code: "object_store", message }, { cause: error });
    }
  };

  return {
    get session() {
      return session;
    },
    async polled({ items, state, more, throughPush }) {
      const range = isSome(items) ? rangeOf(items) : { items: 0 };
      await perform({
        type: "RecordPoll",
        ...ofPoll(),
        ...range,
        serviceState: { ...state },
        more,
        ...present({ throughPush }),
      });
      polls = 0;
      ({ cursorRevision } = session);
    },
    async failed({ failureClass, why }) {
      // Those that do not count are recorded by the functions below.
      const counted = failureClass === "RATE" || failureClass === "CURSOR_EXPIRED" ? "TRANSIENT" : failureClass;
      await perform({ type: "RecordFailure", ...ofPoll(), failureClass: counted, ...present(why) });
    },
    async rateLimited({ why: { code, message, retryAfterMs } }) {
      await perform({ type: "RecordRateLimit", ...ofPoll(), code, message, ...present({ retryAfterMs }) });
    },
    async resync({ why: { code, message } }, serviceState) {
      await perform({ type: "StartResync", ...ofPoll(), code, message, serviceState: { ...serviceState } });
    },
    async deadLetter(item, reason) {
      const deadLetterId = idOfItems(sessionId, [item], digest);
      const content = await putAside(item);
      await recordDeadLetter({ deadLetterId, ...rangeOf([item]), content, reason });
    },
    async lostPush({ push, items, firstItemId, lastItemId, content }, reason) {
      const deadLetterId = digest(canonicalJson([sessionId, "push", push]), "hex").slice(0, 32);
      await recordDeadLetter({ deadLetterId, items, firstItemId, lastItemId, content, reason });
    },
  };
}
