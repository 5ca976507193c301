/** From the claims of a token that was checked to the caller it speaks for. */
import type { JWTPayload } from "jose";
import { z } from "zod";
import { toInstant } from "../../domain/kernel/time.js";
import { isRole } from "../../resolvers/index.js";
import type { Caller, Role } from "../../resolvers/index.js";

/** Claims may be lists, or one text as OAuth writes its scopes. */
const Words = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(" ").filter((word) => word !== "")),
]);

/** What policies do is told by such a name; nobody else may bear it. */
const reservedPrefix = "policy:";

const Claims = z.object({
  // Printable and without spaces: it goes on every event, into keys and into the log.
  sub: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .refine((sub) => !sub.startsWith(reservedPrefix)),
  exp: z.number().positive().max(100_000_000_000),
  jti: z.string().max(255).optional(),
  roles: Words.default([]),
  projects: z.union([z.literal("*"), z.array(z.string().max(255)).max(1_000)]).optional(),
});

/**
 * The caller; undefined where a claim has not its form. Roles that are not known are ignored. `projects` is "*", or a list
 * (with "*" in it: all). Without it OPERATOR and ADMIN may see all projects, everybody else none. Who is nothing but a
 * WORKER is a machine: its events say SYSTEM.
 */
export function toCaller(payload: JWTPayload, clockToleranceSeconds: number): Caller | undefined {
  const read = Claims.safeParse(payload);
  if (!read.success) return undefined;
  const { sub, exp, jti, projects } = read.data;
  const roles = [...new Set(read.data.roles.filter(isRole))];
  return {
    actor: { kind: roles.length > 0 && roles.every((role) => role === "WORKER") ? "SYSTEM" : "USER", id: sub },
    roles,
    projects: projects === undefined ? projectsOf(roles) : projects.includes("*") ? "all" : [...new Set(projects)],
    expiresAt: toInstant((exp + clockToleranceSeconds) * 1_000),
    ...(jti === undefined ? {} : { tokenId: jti }),
    authenticated: true,
  };
}

function projectsOf(roles: readonly Role[]): Caller["projects"] {
  return roles.includes("OPERATOR") || roles.includes("ADMIN") ? "all" : [];
}
