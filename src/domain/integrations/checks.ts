/** What must be so before a session is connected or changed: its service knows it, its address may be used, its credential is its user's. */
import { jsonBytes } from "../kernel/json.js";
import type { JsonObject } from "../kernel/json.js";
import { invalid } from "../kernel/errors.js";
import type { Problem } from "../kernel/errors.js";
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { IntegrationService, ServiceRegistry, UrlCheck } from "./ports.js";
import { limits } from "./values.js";

/** @throws ValidationError that names the services there are. */
export function requireService(type: string, services: ServiceRegistry): IntegrationService {
  const service = services.get(type);
  if (service !== undefined) return service;
  throw invalid("serviceType", `must be one of ${services.all.map((known) => known.type).join(", ")}`);
}

/** Why no webhook may be there. */
export function webhookProblems(url: string, check: UrlCheck): readonly Problem[] {
  return problemsAt("webhookUrl", check(url));
}

/** Of a polled session: not more often than its service allows. What pushes has no interval. */
export function intervalProblems(
  interval: number | undefined,
  { title, mode, leastIntervalMs }: Pick<IntegrationService, "title" | "mode" | "leastIntervalMs">,
): readonly Problem[] {
  if (interval === undefined) return [];
  if (mode === "PUSH") return problemsAt("pollingIntervalMs", `must be left out: ${title} is not polled, it pushes`);
  if (interval >= leastIntervalMs) return [];
  return problemsAt("pollingIntervalMs", `must be at least ${leastIntervalMs} for ${title}`);
}

/** Everybody's credentials are their own: nobody has the items of somebody else sent to himself (defect B13). */
export function credentialProblems(
  ref: string | undefined,
  { userId, service }: { readonly userId: string; readonly service: IntegrationService },
): readonly Problem[] {
  const { title, credential, credentialOptional = false } = service;
  if (ref !== undefined && credential === undefined)
    return problemsAt("credentialRef", `must be left out: ${title} takes no credential`);
  if (ref === undefined && credential !== undefined && !credentialOptional)
    return problemsAt("credentialRef", `must be given: ${title} is asked with a credential`);
  if (ref === undefined || ref.startsWith(`${userId}/`)) return [];
  return problemsAt("credentialRef", `must be a credential of the session's user, ${userId}/...`);
}

export function startProblems(startAt: Instant | undefined, now: Instant): readonly Problem[] {
  if (startAt === undefined) return [];
  if (startAt < now) return problemsAt("startAt", "must not be past");
  if (startAt <= addDays(now, limits.startDays)) return [];
  return problemsAt("startAt", `must be at most ${limits.startDays} days from now`);
}

/** The state as its service keeps it, or what is wrong with it. */
export function readState(
  service: IntegrationService,
  given: JsonObject,
): { readonly value: JsonObject; readonly problems: readonly Problem[] } {
  const parsed = service.state.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      path: ["serviceState", ...path.map(String)],
      message,
    }));
    return { value: given, problems };
  }
  if (jsonBytes(parsed.data) > limits.stateBytes) {
    const message = `must have at most ${limits.stateBytes} bytes as JSON`;
    return { value: given, problems: problemsAt("serviceState", message) };
  }
  return { value: parsed.data, problems: problemsAt("serviceState", service.stateProblem?.(parsed.data)) };
}

function problemsAt(field: string, message: string | undefined): readonly Problem[] {
  return message === undefined ? [] : [{ path: [field], message }];
}
