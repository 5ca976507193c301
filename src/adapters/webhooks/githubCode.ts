/** Pushes, branches, tags, releases and members of a repository. */
import type {
  Commit,
  CreateEvent,
  MemberEvent,
  MembershipEvent,
  PushEvent,
  Release,
  ReleaseEvent,
} from "@octokit/webhooks-types";
import type { EventDraft, RefDraft } from "./draft.js";
import { fieldsOf, firstLineOf, listOf, stringOf } from "./fields.js";
import { actorOf, numbered, said, subjectOf, within } from "./githubContext.js";
import type { GithubContext, GithubParser } from "./githubContext.js";
import { mergedPullRequestOf } from "./links.js";

export const codeParsers: Readonly<Record<string, GithubParser>> = {
  push: (context) => pushed(context),
  create: (context) => branchChanged(context, "created"),
  delete: (context) => branchChanged(context, "deleted"),
  release: (context) => released(context),
  member: (context) => memberChanged(context),
  membership: (context) => memberChanged(context),
};

function pushed({ payload, repository }: GithubContext): EventDraft | undefined {
  const push = fieldsOf<PushEvent>(payload);
  const ref = stringOf(push.ref) ?? "";
  const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
  if (tag !== undefined) return tagPushed({ payload, repository }, tag);
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch === undefined) return undefined;
  const branchRef: RefDraft = branchRefOf(repository, branch);
  if (push.deleted === true) {
    const title = `Deleted branch ${branch}${within(repository)}`;
    return {
      kind: "BRANCH_DELETED",
      title,
      importance: "LOW",
      subject: subjectOf(repository, { branch }),
      refs: [branchRef],
    };
  }
  const commits = listOf(push.commits).map((commit) => fieldsOf<Commit>(commit));
  const head = fieldsOf<Commit>(push.head_commit);
  const merged = mergedPullRequestOf(stringOf(head.message));
  const isDefault = branch === repository.defaultBranch;
  return {
    kind: "PUSH",
    title: `${pushTitle(commits.length, { branch, forced: push.forced === true })}${said(firstLineOf(head.message))}`,
    text: commits.slice(0, 20).map(lineOfCommit).join("\n"),
    url: stringOf(push.compare) ?? head.url,
    // A push that merges a pull request says again what the merge has said.
    importance: isDefault && merged === undefined ? "NORMAL" : "LOW",
    subject: subjectOf(repository, { number: merged, branch }),
    occurredAt: repository.pushedAt ?? head.timestamp,
    refs: [
      branchRef,
      merged === undefined
        ? undefined
        : { type: "PULL_REQUEST", id: numbered(repository, merged), url: `${repository.url ?? ""}/pull/${merged}` },
      ...commits.slice(-5).map((commit): RefDraft => ({
        type: "COMMIT",
        id: stringOf(commit.id),
        title: firstLineOf(commit.message),
        url: commit.url,
      })),
    ],
  };
}

function pushTitle(count: number, { branch, forced }: { readonly branch: string; readonly forced: boolean }): string {
  const what = count === 1 ? "1 commit" : `${count} commits`;
  return `${forced ? "Force-pushed" : "Pushed"} ${what} to ${branch}`;
}

function lineOfCommit({ id, message }: ReturnType<typeof fieldsOf<Commit>>): string {
  return `${stringOf(id)?.slice(0, 7) ?? "-------"} ${firstLineOf(message)?.slice(0, 180) ?? ""}`;
}

function tagPushed({ payload, repository }: Pick<GithubContext, "payload" | "repository">, tag: string): EventDraft {
  const { deleted, head_commit: head } = fieldsOf<PushEvent>(payload);
  const refs: RefDraft[] = [{ type: "TAG", id: tagId(repository.fullName, tag), title: tag }];
  const subject = subjectOf(repository, { branch: tag });
  if (deleted === true) {
    return { kind: "UNHANDLED", title: `Deleted tag ${tag}${within(repository)}`, importance: "LOW", refs, subject };
  }
  const occurredAt = repository.pushedAt ?? fieldsOf<Commit>(head).timestamp;
  return { kind: "TAG_CREATED", title: `Tagged ${tag}${within(repository)}`, refs, subject, occurredAt };
}

function branchChanged({ payload, repository }: GithubContext, change: "created" | "deleted"): EventDraft | undefined {
  const { ref, ref_type: type } = fieldsOf<CreateEvent>(payload);
  const name = stringOf(ref);
  if (name === undefined || (type !== "branch" && type !== "tag")) return undefined;
  const title = `${change === "created" ? "Created" : "Deleted"} ${type} ${name}${within(repository)}`;
  const subject = subjectOf(repository, { branch: name });
  if (type === "tag") {
    const refs: RefDraft[] = [{ type: "TAG", id: tagId(repository.fullName, name), title: name }];
    return { kind: change === "created" ? "TAG_CREATED" : "UNHANDLED", title, importance: "LOW", subject, refs };
  }
  const kind = change === "created" ? "BRANCH_CREATED" : "BRANCH_DELETED";
  return { kind, title, importance: "LOW", subject, refs: [branchRefOf(repository, name)] };
}

function released({ payload, action, repository }: GithubContext): EventDraft | undefined {
  const release = fieldsOf<Release>(fieldsOf<ReleaseEvent>(payload).release);
  const tag = stringOf(release.tag_name);
  const name = stringOf(release.name) ?? tag;
  if (name === undefined) return undefined;
  // GitHub tells of one release up to four times: created, published, released, edited.
  const isNews = action === "published";
  return {
    kind: isNews ? "RELEASE_PUBLISHED" : "UNHANDLED",
    title: `${isNews ? "Released" : `Release ${action ?? "changed"}:`} ${name}${within(repository)}`,
    text: release.body,
    url: release.html_url,
    importance: isNews ? "NORMAL" : "LOW",
    subject: subjectOf(repository, { branch: tag }),
    occurredAt: isNews ? release.published_at : undefined,
    labels: release.prerelease === true ? ["prerelease"] : [],
    refs: [{ type: "RELEASE", id: tagId(repository.fullName, tag ?? name), title: name, url: release.html_url }],
  };
}

function memberChanged({ payload, action, repository }: GithubContext): EventDraft | undefined {
  const { member } = fieldsOf<MemberEvent>(payload);
  const { team } = fieldsOf<MembershipEvent>(payload);
  const who = actorOf(member)?.id;
  if (who === undefined) return undefined;
  const where = stringOf(fieldsOf<{ name: string }>(team).name) ?? repository.fullName ?? "the organisation";
  return { kind: "MEMBER_CHANGED", title: `Member ${who} ${action ?? "changed"}: ${where}` };
}

function branchRefOf({ fullName, url }: GithubContext["repository"], branch: string): RefDraft {
  const id = fullName === undefined ? undefined : `${fullName}@${branch}`;
  return { type: "BRANCH", id, title: branch, url: url === undefined ? undefined : `${url}/tree/${encodeURI(branch)}` };
}

function tagId(fullName: string | undefined, tag: string): string | undefined {
  return fullName === undefined ? undefined : `${fullName}@${tag}`;
}
