/** What workers call the machine that they are on. */
import { hostname } from "node:os";

/** Its name as far as it fits into the name of a worker: letters, digits, dots and dashes. */
export function machineName(): string {
  return hostname()
    .replaceAll(/[^A-Za-z0-9.-]/g, "-")
    .slice(0, 60);
}
