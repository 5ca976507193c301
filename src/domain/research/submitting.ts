/**
 * Submitting, and having it done once more. Of the requests with one dedupe key only one is not over at a time: the key's slot is
 * taken in the request's own transaction, and whoever had it must be over at the version that was looked at.
 */
import { underCallersKey } from "../kernel/callerKey.js";
import type { CommandRequest } from "../kernel/commandHandler.js";
import { ForbiddenError, VersionConflictError, parseOrRefuse, refuseProblems } from "../kernel/errors.js";
import type { Problem } from "../kernel/errors.js";
import type { Idempotency, StreamPosition } from "../kernel/eventStore.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { runCommands } from "../kernel/runCommands.js";
import { inputSchemas } from "./commands.js";
import type { ParsedInput, ResearchCommand, ResearchCommandOf } from "./commands.js";
import { requestStream, slotStream, toRequestId } from "./keys.js";
import { outcomeAt, readRequest, requireNoVersion, toOutcome } from "./outcomes.js";
import type { UrlCheck } from "./ports.js";
import { SlotTakenError } from "./refusals.js";
import { requireOwnResearchProject, requireVisibleRequest } from "./scope.js";
import type { ResearchService } from "./service.js";
import type { ResearchServiceDeps } from "./serviceDeps.js";
import type { ResearchRequest } from "./state.js";
import { RequestId } from "./values.js";

/** How often a slot is looked at anew where others were faster. */
const looksAtMost = 8;

type Step = CommandRequest<ResearchCommand>;

/** What was found in a slot: who has it, and whether that request is over. */
type Found =
  { readonly holder?: undefined } | { readonly holder: string; readonly alive: boolean; readonly version: number };

export function createSubmitting(
  deps: Pick<ResearchServiceDeps, "commands" | "eventStore" | "readModel" | "checkUrl" | "toSlotId" | "clock" | "ids">,
): Pick<ResearchService, "submit" | "retry"> {
  const { commands, eventStore, readModel, checkUrl, toSlotId, clock, ids } = deps;

  const lookAtSlot = async (slotId: string): Promise<Found> => {
    const slot = await readModel.getSlot(slotId);
    if (slot === undefined) return {};
    const holder = slot.requestId;
    const [run] = await readModel.getRuns([holder]);
    // What is not kept any more was over long ago.
    return { holder, alive: run !== undefined && run.completedAt === undefined, version: run?.version ?? 0 };
  };

  /** Takes the slot from whom it was found with, who must not come back to life meanwhile. */
  const stepsOf = (requestId: string, found: Found, slot: Slot): readonly Step[] => {
    const { slotId, projectId, dedupeKey } = slot;
    const command = {
      type: "TakeSlot",
      projectId,
      dedupeKey,
      requestId,
      ...present({ replaced: found.holder }),
    } as const;
    const take: Step = { streamId: slotStream(slotId), command };
    if (found.holder === undefined || found.holder === requestId || found.version === 0) return [take];
    const stillOver: Step = {
      streamId: requestStream(found.holder),
      command: { type: "QueueRequest" },
      expectedVersion: found.version,
    };
    return [take, stillOver];
  };

  const existing = async (requestId: string, idempotency: Idempotency | undefined): Promise<Submitted | undefined> => {
    const live = await readRequest(readModel, requestId);
    if (live === undefined) return undefined;
    const position = { streamId: requestStream(requestId), version: live.run.version, unchanged: true } as const;
    if (idempotency === undefined) return { ...outcomeAt(position, live), existing: true };
    // That there was one is an outcome, too.
    const kept = await eventStore.append({ appends: [], idempotency, outcome: [position] });
    return kept.repeated ? toRepeated(kept.positions) : { ...outcomeAt(position, live), existing: true };
  };

  const submitInSlot = async (
    requestId: string,
    submit: ResearchCommandOf<"SubmitRequest">,
    slot: Slot,
    { request, idempotency }: { readonly request: Request; readonly idempotency: Idempotency | undefined },
  ): Promise<Submitted> => {
    const earlier = idempotency && (await eventStore.findOutcome(idempotency));
    if (earlier !== undefined) return toRepeated(earlier);
    for (let looks = 1; ; looks += 1) {
      const found = await lookAtSlot(slot.slotId);
      const same = found.holder !== undefined && found.alive ? await existing(found.holder, idempotency) : undefined;
      if (same !== undefined) return same;
      try {
        const steps = [{ streamId: requestStream(requestId), command: submit }, ...stepsOf(requestId, found, slot)];
        return { ...toOutcome(await commands.handle(steps, toMetadata(request, idempotency))), existing: false };
      } catch (error) {
        if (!mayBeFaster(error) || looks >= looksAtMost) throw error;
      }
    }
  };

  const retryInSlot = async (
    found: ResearchRequest,
    dedupeKey: string,
    [first, asked, request]: readonly [Step, Asked, Request],
  ) => {
    const slot = slotOf(found.projectId, dedupeKey);
    for (let looks = 1; ; looks += 1) {
      const held = await lookAtSlot(slot.slotId);
      const isOthers = held.holder !== undefined && held.holder !== found.requestId && held.alive;
      // Another one that is not over is not replaced: the decision about the slot says so.
      const steps = stepsOf(found.requestId, isOthers ? {} : held, slot);
      try {
        return await runCommands(commands, [first, ...steps], asked, request);
      } catch (error) {
        const isOwn = error instanceof VersionConflictError && error.streamId === first.streamId;
        if (isOthers || isOwn || !mayBeFaster(error) || looks >= looksAtMost) throw error;
      }
    }
  };

  const slotOf = (projectId: string, dedupeKey: string): Slot => ({
    slotId: toSlotId(projectId, dedupeKey),
    projectId,
    dedupeKey,
  });

  return {
    async submit(input, request) {
      requireNoVersion(request);
      const parsed = parseOrRefuse(inputSchemas.submit, input);
      requireFetchable(parsed, checkUrl);
      requireOwnResearchProject(parsed.projectId, "projectId", request.scope);
      const submit = { type: "SubmitRequest", ...parsed, userId: requireUser(parsed.userId, request) } as const;
      const requestId = toRequestId(clock.now(), ids.next());
      const asked = { operation: "SubmitRequest", input: parsed };
      const { projectId, dedupeKey } = parsed;
      if (dedupeKey === undefined) {
        const step = { streamId: requestStream(requestId), command: submit };
        return { ...toOutcome(await runCommands(commands, [step], asked, request)), existing: false };
      }
      return underCallersKey({ actor: request.actor, key: request.idempotencyKey, asked }, (idempotency) =>
        submitInSlot(requestId, submit, slotOf(projectId, dedupeKey), { request, idempotency }),
      );
    },

    async retry(given, input, request) {
      const requestId = parseOrRefuse(RequestId, given, ["requestId"]);
      const parsed = parseOrRefuse(inputSchemas.retry, input);
      const [row] = await readModel.getRequests([requestId]);
      const found = requireVisibleRequest(row, { requestId, field: "requestId", scope: request.scope });
      const step = { streamId: requestStream(requestId), command: { type: "RetryRequest", ...parsed } } as const;
      const asked = { operation: "RetryRequest", input: { requestId, ...parsed } };
      const isOver = found.status === "FAILED" || found.status === "CANCELLED";
      if (found.dedupeKey === undefined || !isOver)
        return toOutcome(await runCommands(commands, [step], asked, request));
      return toOutcome(await retryInSlot(found, found.dedupeKey, [step, asked, request]));
    },
  };
}

type Submitted = Awaited<ReturnType<ResearchService["submit"]>>;
type Asked = Parameters<typeof runCommands>[2];

interface Slot {
  readonly slotId: string;
  readonly projectId: string;
  readonly dedupeKey: string;
}

/** @throws ValidationError for every source that may not be fetched. */
function requireFetchable({ config }: ParsedInput<"submit">, checkUrl: UrlCheck): void {
  const problems = config.sources.flatMap(({ baseUrl }, index): readonly Problem[] => {
    const message = checkUrl(baseUrl);
    return message === undefined ? [] : [{ path: ["config", "sources", `${index}`, "baseUrl"], message }];
  });
  refuseProblems(problems);
}

/** Whose request it is. Only who sees everything may speak for others. */
function requireUser(userId: string | undefined, { actor, scope }: Request): string {
  if (userId === undefined || userId === actor.id || scope === "all") return userId ?? actor.id;
  throw new ForbiddenError("you may only submit in your own name", ["userId"]);
}

/** Whether the refusal may only say that somebody else was faster. */
function mayBeFaster(error: unknown): boolean {
  return error instanceof SlotTakenError || error instanceof VersionConflictError;
}

/** What the first call under a key led to: where it left everything as it was, it had found an existing request. */
function toRepeated(positions: readonly StreamPosition[]): Submitted {
  return { ...toOutcome({ positions, states: [] }), existing: positions[0]?.unchanged === true };
}
