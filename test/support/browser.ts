/** Debian's Chromium for tests of pages: skipped with a reason where it is absent, except in CI, where it must be there. */
import { access } from "node:fs/promises";

export const chromiumPath = "/usr/bin/chromium";

const isMissing = await access(chromiumPath).then(
  () => false,
  () => true,
);
if (isMissing) console.info(`Nothing is tested in a browser: there is no ${chromiumPath}.`);

/** For `describe.skipIf(skipsBrowser)`. In CI always false, so that a missing browser fails there. */
export const skipsBrowser = isMissing && process.env["CI"] !== "true";
