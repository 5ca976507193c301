/** The roles: what each may do, in one table. */
import type { Scope } from "../domain/kernel/scope.js";

export const roles = ["VIEWER", "RESPONDER", "WORKER", "OPERATOR", "ADMIN"] as const;
export type Role = (typeof roles)[number];

/** What a role is for, in a sentence. */
export const roleMeanings: Readonly<Record<Role, string>> = {
  VIEWER: "Reads and follows what belongs to its projects.",
  RESPONDER: "Reads and changes incidents, insights and research requests of its projects.",
  WORKER: "For machines (webhooks, queue workers): reads, and has mutations of its own.",
  OPERATOR: "Does all that a responder does, and runs the system: processors, dead letters, the log itself.",
  ADMIN: "Does everything.",
};

/** What each role may do: everything that is open to one of these. */
export const grants: Readonly<Record<Role, readonly Role[]>> = {
  VIEWER: ["VIEWER"],
  RESPONDER: ["VIEWER", "RESPONDER"],
  WORKER: ["VIEWER", "WORKER"],
  OPERATOR: ["VIEWER", "RESPONDER", "OPERATOR"],
  ADMIN: ["VIEWER", "RESPONDER", "WORKER", "OPERATOR", "ADMIN"],
};

/** Who runs the system looks across all projects: what is open to these takes a caller who may see all of them. */
const wholeLedgerRoles: readonly Role[] = ["OPERATOR", "ADMIN"];

export function isRole(text: unknown): text is Role {
  return (roles as readonly unknown[]).includes(text);
}

/** Whether what is open to `least` takes a caller whose token is not limited to some projects. */
export function takesAllProjects(least: Role): boolean {
  return wholeLedgerRoles.includes(least);
}

/** Why a caller may not use what is open to `least`; undefined where it may. */
export function accessProblem(
  caller: { readonly roles: readonly Role[]; readonly projects: Scope },
  least: Role,
): string | undefined {
  if (!caller.roles.some((role) => grants[role].includes(least))) return `it takes the role ${least}`;
  if (takesAllProjects(least) && caller.projects !== "all") return "it takes access to all projects";
  return undefined;
}
