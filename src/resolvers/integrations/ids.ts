/** How integration sessions are named from outside. */
import { ServiceType, UserId, parseSessionId, toSessionId } from "../../domain/integrations/index.js";
import { invalid, parseOrRefuse } from "../../domain/kernel/errors.js";
import { toGlobalId, toLocalId } from "../../schema/globalId.js";
import type { Caller } from "../context.js";

export const sessionGlobalId = (sessionId: string) => toGlobalId("IntegrationSession", sessionId);

/** The session that a global id names. Throws a ValidationError for `field`; does not say whether it exists. */
export function requireSessionId(globalId: string, field: string): string {
  const sessionId = toLocalId("IntegrationSession", globalId) ?? "";
  const { userId, serviceType } = parseSessionId(sessionId);
  if (!UserId.safeParse(userId).success || !ServiceType.safeParse(serviceType).success) {
    throw invalid(field, "must be the id of an integration session");
  }
  return sessionId;
}

/** The caller's session with a service, or the one of the user who is named. Throws a ValidationError. */
export function toNamedSessionId(
  { actor }: Pick<Caller, "actor">,
  { userId, serviceType }: { readonly userId?: string | null; readonly serviceType: string },
): string {
  const owner = requireUserId(userId ?? actor.id, "userId");
  return toSessionId(owner, requireServiceType(serviceType, "serviceType"));
}

/** Throws a ValidationError for `field` where nobody can be called so. */
export function requireUserId(text: string, field: string | readonly string[]): string {
  return parseOrRefuse(UserId, text, typeof field === "string" ? [field] : field);
}

/** Throws a ValidationError for `field` where no service can be called so. */
export function requireServiceType(text: string, field: string | readonly string[]): string {
  return parseOrRefuse(ServiceType, text, typeof field === "string" ? [field] : field);
}
