/** What the deliveries of GitHub have in common: where it happened, and who did it. */
import type { Repository, Schema, User } from "@octokit/webhooks-types";
import type { EventDraft, PersonDraft } from "./draft.js";
import { fieldsOf, stringOf } from "./fields.js";
import type { Fields } from "./fields.js";
import { githubSubject } from "./links.js";

export interface GithubRepository {
  /** `owner/repo`. */
  readonly fullName: string | undefined;
  readonly url: string | undefined;
  readonly defaultBranch: string | undefined;
  /** When it was last pushed to; in the form that GitHub likes that day. */
  readonly pushedAt: unknown;
}

export interface GithubContext {
  /** As in `X-GitHub-Event`. */
  readonly name: string;
  readonly payload: Fields<Schema>;
  readonly action: string | undefined;
  readonly repository: GithubRepository;
  readonly actor: PersonDraft | undefined;
}

/** What makes a draft of an event; undefined where it knows nothing better than that it happened. */
export type GithubParser = (context: GithubContext) => EventDraft | undefined;

export function repositoryOf(value: unknown): GithubRepository {
  const repository = fieldsOf<Repository>(value);
  return {
    fullName: stringOf(repository.full_name),
    url: stringOf(repository.html_url),
    defaultBranch: stringOf(repository.default_branch),
    pushedAt: repository.pushed_at,
  };
}

export function actorOf(value: unknown): PersonDraft | undefined {
  const { login, name, html_url: url } = fieldsOf<User>(value);
  const id = stringOf(login);
  return id === undefined ? undefined : { id, name, url };
}

/** `owner/repo#42`; undefined where either is not known. */
export function numbered({ fullName }: GithubRepository, number: number | undefined): string | undefined {
  return fullName === undefined || number === undefined ? undefined : `${fullName}#${number}`;
}

/** The subject of something with a number, else of a branch, else of the repository. */
export function subjectOf(
  repository: GithubRepository,
  { number, branch }: { readonly number?: number | undefined; readonly branch?: string | undefined },
): string | undefined {
  const id = numbered(repository, number);
  if (id !== undefined) return githubSubject(id);
  if (repository.fullName === undefined) return undefined;
  return githubSubject(branch === undefined ? repository.fullName : `${repository.fullName}@${branch}`);
}

/** ` in owner/repo`, or nothing. */
export function within({ fullName }: GithubRepository): string {
  return fullName === undefined ? "" : ` in ${fullName}`;
}

/** `: text`, or nothing. */
export function said(text: string | undefined): string {
  return text === undefined ? "" : `: ${text}`;
}
