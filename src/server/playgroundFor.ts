/** The playground of the product. */
import type { PlaygroundOptions } from "./playground.js";
import { playgroundTabs } from "./playgroundTabs.js";

/** Where callers carry tokens, the page sends the one in its headers tab. */
export function playgroundFor({ callers }: { readonly callers: "with tokens" | "anybody" }): PlaygroundOptions {
  const title = "Opsledger";
  if (callers === "anybody") return { title, tabs: playgroundTabs };
  const headers = JSON.stringify({ authorization: "Bearer <token>" });
  return { title, tabs: playgroundTabs.map((tab) => ({ ...tab, headers })), subscriptions: "sse" };
}
