/** What the seed does about refusals: it stops. */

/** Throws where a mutation was refused. */
export function requireNoErrors(
  what: string,
  [error]: readonly { readonly code: string; readonly message: string }[],
): void {
  if (error !== undefined) throw new Error(`${what}: ${error.code}: ${error.message}`);
}
