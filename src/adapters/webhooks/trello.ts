/** Trello's deliveries as project events: one action of one board each. */
import type { EventDraft, PersonDraft, RefDraft } from "./draft.js";
import { toIncoming } from "./draft.js";
import { fieldsOf, idOf, isObject, stringOf } from "./fields.js";
import type { Fields } from "./fields.js";
import { githubSubject, githubThingIn } from "./links.js";
import { createTrelloVerifier, trelloSignatureHeaders } from "./trelloSignature.js";
import type { TrelloVerifierDeps } from "./trelloSignature.js";
import { jsonType } from "./webhook.js";
import type { ProvenDelivery, Reading, Webhook } from "./webhook.js";

/** Trello: `POST /webhooks/trello`; HEAD and GET are how Trello asks whether somebody is there. */
export function createTrelloWebhook(deps: TrelloVerifierDeps): Webhook {
  return {
    source: "TRELLO",
    signatureHeaders: trelloSignatureHeaders,
    contentTypes: [jsonType],
    verify: createTrelloVerifier(deps),
    read: readTrello,
  };
}

/** Trello publishes no types: these are the names of its documentation that are read here. */
interface Payload {
  action: Action;
}
interface Action {
  id: string;
  type: string;
  date: string;
  memberCreator: Member;
  member: Member;
  data: Data;
}
interface Member {
  id: string;
  username: string;
  fullName: string;
}
interface Data {
  board: { id: string; name: string; shortLink: string };
  list: List;
  listBefore: List;
  listAfter: List;
  card: Card;
  old: Partial<Card & { closed: boolean; pos: number }>;
  label: { name: string };
  attachment: { name: string; url: string };
  checkItem: { name: string; state: string };
  checklist: { name: string };
  text: string;
}
interface List {
  id: string;
  name: string;
}
interface Card {
  id: string;
  name: string;
  shortLink: string;
  idShort: number;
  desc: string;
  due: string;
  dueComplete: boolean;
  closed: boolean;
}

/** What parsers of actions know. */
interface Context {
  readonly action: Fields<Action>;
  readonly data: Fields<Data>;
  readonly card: Fields<Card>;
  /** `“Fix the till”`, or `a card`. */
  readonly name: string;
}

export function readTrello(delivery: ProvenDelivery): Reading {
  const action = fieldsOf<Action>(fieldsOf<Payload>(delivery.json).action);
  const data = fieldsOf<Data>(action.data);
  const card = fieldsOf<Card>(data.card);
  const title = stringOf(card.name);
  const context: Context = { action, data, card, name: title === undefined ? "a card" : `“${title}”` };
  const type = stringOf(action.type) ?? "unknown";
  const parse = Object.hasOwn(parsers, type) ? parsers[type] : undefined;
  const draft = { ...about(context), ...(parse?.(context) ?? unhandled(type, context)) };
  const labels = [...(draft.labels ?? []), ...blockedOrLate(context)];
  const event = toIncoming({ source: "TRELLO", deliveryId: idOf(action.id), draft: { ...draft, labels } }, delivery);
  return { kind: "event", event };
}

/** What an action says of its own; the rest is the same for all. */
type Said = Pick<EventDraft, "kind" | "title"> &
  Partial<Pick<EventDraft, "text" | "importance" | "labels" | "subject">>;
type Parser = (context: Context) => Said | undefined;

const parsers: Readonly<Record<string, Parser>> = {
  createCard: (context) => created(context),
  copyCard: (context) => created(context),
  emailCard: (context) => created(context),
  convertToCardFromCheckItem: (context) => created(context),
  updateCard: (context) => updated(context),
  moveCardToBoard: ({ name }) => ({ kind: "CARD_MOVED", title: `Moved ${name} here from another board` }),
  moveCardFromBoard: ({ name }) => ({ kind: "CARD_MOVED", title: `Moved ${name} to another board` }),
  deleteCard: ({ card, name }) => ({
    kind: "CARD_UPDATED",
    title: `Deleted ${stringOf(card.name) === undefined ? `card ${idOf(card.idShort) ?? ""}`.trim() : name}`,
  }),
  commentCard: ({ data, name }) => ({ kind: "COMMENT_ADDED", title: `Commented on ${name}`, text: data.text }),
  updateComment: ({ name }) => minor(`Edited a comment on ${name}`),
  deleteComment: ({ name }) => minor(`Deleted a comment on ${name}`),
  addMemberToCard: (context) => minor(`Put ${memberOf(context)} on ${context.name}`),
  removeMemberFromCard: (context) => minor(`Took ${memberOf(context)} off ${context.name}`),
  addLabelToCard: (context) => labelled(context),
  removeLabelFromCard: ({ data, name }) =>
    minor(`Took the label ${nameIn(data.label) ?? "without a name"} off ${name}`),
  addAttachmentToCard: (context) => attached(context),
  addChecklistToCard: ({ data, name }) => minor(`Added the checklist ${nameIn(data.checklist) ?? ""} to ${name}`),
  updateCheckItemStateOnCard: ({ data, name }) => {
    const { name: item, state } = fieldsOf<Data["checkItem"]>(data.checkItem);
    return minor(`${state === "complete" ? "Ticked" : "Unticked"} ${stringOf(item) ?? "an item"} on ${name}`);
  },
  addMemberToBoard: (context) => memberChanged(context, "joined"),
  makeNormalMemberOfBoard: (context) => memberChanged(context, "is a member of"),
  makeAdminOfBoard: (context) => memberChanged(context, "is an admin of"),
  removeMemberFromBoard: (context) => memberChanged(context, "left"),
};

function minor(title: string): Said {
  return { kind: "CARD_UPDATED", title, importance: "LOW" };
}

function created({ data, name }: Context): Said {
  const list = nameIn(data.list);
  return { kind: "CARD_CREATED", title: `Created ${name}${list === undefined ? "" : ` in ${list}`}` };
}

function updated(context: Context): Said {
  const { data, card, name } = context;
  const old = fieldsOf<Data["old"]>(data.old);
  if (isObject(data.listAfter)) return moved(context);
  if ("dueComplete" in old) {
    return card.dueComplete === true
      ? { kind: "CARD_COMPLETED", title: `Completed ${name}` }
      : { kind: "CARD_REOPENED", title: `Not complete after all: ${name}` };
  }
  if ("closed" in old) {
    return card.closed === true
      ? { kind: "CARD_UPDATED", title: `Archived ${name}` }
      : { kind: "CARD_REOPENED", title: `Took ${name} out of the archive` };
  }
  if ("name" in old) return minor(`Renamed ${stringOf(old.name) ?? "a card"} to ${name}`);
  if ("due" in old) return minor(`Due date of ${name}: ${stringOf(card.due) ?? "none"}`);
  if ("desc" in old) return { ...minor(`Edited the description of ${name}`), text: card.desc };
  return minor(`Edited ${name}`);
}

function moved({ data, name }: Context): Said {
  const [from, to] = [nameIn(data.listBefore) ?? "a list", nameIn(data.listAfter) ?? "a list"];
  const way = `${name}: ${from} → ${to}`;
  if (isDone(to) && !isDone(from)) return { kind: "CARD_COMPLETED", title: `Completed ${way}` };
  if (isDone(from) && !isDone(to)) return { kind: "CARD_REOPENED", title: `Reopened ${way}` };
  return { kind: "CARD_MOVED", title: `Moved ${way}` };
}

function labelled({ data, name }: Context): Said {
  const label = nameIn(data.label);
  const said = minor(`Labelled ${name}: ${label ?? "a label without a name"}`);
  return isBlocked(label) ? { ...said, importance: "NORMAL", labels: [label] } : { ...said, labels: [label] };
}

function attached({ data, name }: Context): Said {
  const { name: file, url } = fieldsOf<Data["attachment"]>(data.attachment);
  return minor(`Attached ${stringOf(file) ?? stringOf(url) ?? "something"} to ${name}`);
}

function memberChanged(context: Context, verb: string): Said {
  return { kind: "MEMBER_CHANGED", title: `${memberOf(context)} ${verb} ${nameIn(context.data.board) ?? "the board"}` };
}

function unhandled(type: string, { data }: Context): Said {
  return { kind: "UNHANDLED", title: `${type} on ${nameIn(data.board) ?? "a board"}`, importance: "LOW" };
}

/** What every action says. */
function about({ action, data, card }: Context): Omit<EventDraft, "kind" | "title"> {
  const board = fieldsOf<Data["board"]>(data.board);
  const attachment = fieldsOf<Data["attachment"]>(data.attachment);
  const list = fieldsOf<List>(data.listAfter ?? data.list);
  const boardLink = linkOf("b", board.shortLink);
  const cardLink = linkOf("c", card.shortLink);
  const cardId = stringOf(card.shortLink) ?? idOf(card.id);
  const thing = githubThingIn(stringOf(attachment.url), stringOf(card.desc), stringOf(card.name), stringOf(data.text));
  const refs: (RefDraft | undefined)[] = [
    { type: "BOARD", id: idOf(board.id), title: board.name, url: boardLink },
    { type: "LIST", id: idOf(list.id), title: list.name },
    { type: "CARD", id: cardId, title: card.name, url: cardLink },
    thing === undefined ? undefined : { type: thing.type, id: thing.id, url: thing.url },
  ];
  return {
    actor: personOf(action.memberCreator),
    url: cardLink ?? boardLink,
    refs,
    ...(thing !== undefined
      ? { subject: githubSubject(thing.id) }
      : cardId === undefined
        ? {}
        : { subject: `trello:card/${cardId}` }),
    occurredAt: action.date,
  };
}

function personOf(value: unknown): PersonDraft | undefined {
  const { username, fullName, id } = fieldsOf<Member>(value);
  const name = stringOf(username) ?? idOf(id);
  if (name === undefined) return undefined;
  return {
    id: name,
    name: fullName,
    url: `https://trello.com/${encodeURIComponent(name.slice(0, 200).toWellFormed())}`,
  };
}

function memberOf({ action, data }: Context): string {
  const { fullName, username } = fieldsOf<Member>(action.member);
  // Older actions have only an id, with a name beside it.
  return stringOf(fullName) ?? stringOf(username) ?? nameIn(fieldsOf<{ member: Member }>(data).member) ?? "somebody";
}

/** Labels that the action does not name but the card's state deserves: what a summary calls blockers. */
function blockedOrLate({ action, data, card }: Context): string[] {
  const due = Date.parse(stringOf(card.due) ?? "");
  const isLate = card.dueComplete !== true && due < Date.parse(stringOf(action.date) ?? "");
  return [...(isBlocked(nameIn(data.listAfter ?? data.list)) ? ["blocked"] : []), ...(isLate ? ["overdue"] : [])];
}

function nameIn(value: unknown): string | undefined {
  return stringOf(fieldsOf<{ name: string }>(value).name);
}

function linkOf(kind: "b" | "c", shortLink: unknown): string | undefined {
  const link = stringOf(shortLink);
  return link === undefined || !/^[A-Za-z0-9]{1,40}$/.test(link) ? undefined : `https://trello.com/${kind}/${link}`;
}

/** Lists of what is finished, as teams call them. */
function isDone(list: string): boolean {
  return (
    /\b(done|shipped|released|completed?|deployed|finished)\b/i.test(list) &&
    !/\b(not|never|almost|to be)\b/i.test(list)
  );
}

function isBlocked(name: string | undefined): boolean {
  return name !== undefined && /\b(blocked|blocker|on hold|stuck)\b/i.test(name) && !/\b(not|un)\b/i.test(name);
}
