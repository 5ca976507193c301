/** What the sources call each other's things, so that events of one thing from two sources meet (defect P21). */

export interface GithubThing {
  /** `owner/repo#42`. */
  readonly id: string;
  readonly type: "PULL_REQUEST" | "ISSUE";
  readonly url: string;
}

/** How much of a text is searched. */
const searched = 20_000;

/** The first pull request or issue of GitHub that a text links. */
export function githubThingIn(...texts: readonly (string | undefined)[]): GithubThing | undefined {
  for (const text of texts) {
    const found = /https:\/\/github\.com\/([\w.-]{1,100})\/([\w.-]{1,100})\/(pull|issues)\/(\d{1,10})\b/.exec(
      text?.slice(0, searched) ?? "",
    );
    if (found === null) continue;
    const [url, owner = "", repo = "", part, number = ""] = found;
    return { id: `${owner}/${repo}#${number}`, type: part === "pull" ? "PULL_REQUEST" : "ISSUE", url };
  }
  return undefined;
}

/** The first Trello card that a text links: its short link. */
export function trelloCardIn(text: string | undefined): { readonly id: string; readonly url: string } | undefined {
  const found = /https:\/\/trello\.com\/c\/([A-Za-z0-9]{4,24})\b/.exec(text?.slice(0, searched) ?? "");
  return found === null ? undefined : { id: found[1] ?? "", url: found[0] };
}

/** The pull request that a commit merged, by the message that GitHub writes for it. */
export function mergedPullRequestOf(message: string | undefined): number | undefined {
  const firstLine = message?.slice(0, 1_000).split("\n", 1)[0] ?? "";
  const found = /^Merge pull request #(\d{1,10}) from /.exec(firstLine) ?? /\(#(\d{1,10})\)\s*$/.exec(firstLine);
  return found === null ? undefined : Number(found[1]);
}

/** The subject of something on GitHub. */
export function githubSubject(id: string): string {
  return `github:${id}`;
}
