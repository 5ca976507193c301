/** How much of the ledger somebody may see and change. */
import { ForbiddenError, NotFoundError, NotVisibleError } from "./errors.js";

/** Everything, or what belongs to one of these projects. A project is known by the name of its service or team. */
export type Scope = "all" | readonly string[];

/** Whether something that belongs to `projects` may be seen: one of them is enough. */
export function isInScope(scope: Scope, projects: readonly string[]): boolean {
  return scope === "all" || projects.some((project) => scope.includes(project));
}

/** A thing as somebody names it in an input. */
export interface Named {
  /** What it is, such as `Incident`. */
  readonly entity: string;
  readonly id: string;
  /** The field of the input that names it. */
  readonly field: string;
}

/**
 * `found`, where it is there for the one who asks. @throws NotFoundError for `field` where there is none, and the same where
 * `isVisible` says no: only the trail knows better.
 */
export function requireVisible<T>(
  found: T | undefined,
  isVisible: (found: T) => boolean,
  { entity, id, field }: Named,
): T {
  if (found === undefined) throw new NotFoundError(entity, id, [field]);
  if (!isVisible(found)) throw new NotVisibleError(entity, id, [field]);
  return found;
}

/** Callers name their own only. `what`: what of theirs, in the plural. @throws ForbiddenError for `field`. */
export function requireOwn(
  names: readonly string[],
  isOwn: (name: string) => boolean,
  { what, field }: { readonly what: string; readonly field: string },
): void {
  const foreign = names.filter((name) => !isOwn(name));
  if (foreign.length > 0) throw new ForbiddenError(`you may only name ${what}, not ${foreign.join(", ")}`, [field]);
}
