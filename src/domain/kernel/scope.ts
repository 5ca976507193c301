/** How much of the ledger somebody may see and change. */

/** Everything, or what belongs to one of these projects. A project is known by the name of its service or team. */
export type Scope = "all" | readonly string[];

/** Whether something that belongs to `projects` may be seen: one of them is enough. */
export function isInScope(scope: Scope, projects: readonly string[]): boolean {
  return scope === "all" || projects.some((project) => scope.includes(project));
}
