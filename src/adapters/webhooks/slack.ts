/** Slack's event callbacks as project events. */
import type { MemberJoinedChannelEvent, ReactionAddedEvent, SlackEvent } from "@slack/types";
import type { EventDraft, PersonDraft, RefDraft } from "./draft.js";
import { toIncoming } from "./draft.js";
import { fieldsOf, isObject, stringOf } from "./fields.js";
import type { Fields } from "./fields.js";
import { githubThingIn } from "./links.js";
import { createSlackVerifier, slackSignatureHeaders } from "./slackSignature.js";
import { readableSlackText } from "./slackText.js";
import { jsonType } from "./webhook.js";
import type { ProvenDelivery, Reading, Secrets, Webhook } from "./webhook.js";
import type { Clock } from "../../domain/kernel/time.js";

/** Slack: `POST /webhooks/slack`, the request URL of an app's event subscriptions. */
export function createSlackWebhook(deps: { readonly secrets: Secrets; readonly clock: Clock }): Webhook {
  return {
    source: "SLACK",
    signatureHeaders: slackSignatureHeaders,
    contentTypes: [jsonType],
    verify: createSlackVerifier(deps),
    read: readSlack,
  };
}

/** The envelope of every event. */
interface Payload {
  type: string;
  challenge: string;
  token: string;
  team_id: string;
  api_app_id: string;
  event: unknown;
  event_id: string;
  event_time: number;
}

/** What messages have, of which the published types are a union by subtype. */
interface Message {
  type: string;
  subtype: string;
  channel: string;
  channel_type: string;
  channel_name: string;
  user: string;
  username: string;
  text: string;
  ts: string;
  thread_ts: string;
  bot_id: string;
  app_id: string;
  bot_profile: { app_id: string; name: string };
  message: unknown;
  previous_message: unknown;
  deleted_ts: string;
}

export function readSlack(delivery: ProvenDelivery): Reading {
  const payload = fieldsOf<Payload>(delivery.json);
  if (payload.type === "url_verification") return { kind: "challenge", challenge: stringOf(payload.challenge) ?? "" };
  if (payload.type === "app_rate_limited") return { kind: "ignored", reason: "Slack sends less for a minute" };
  const event = fieldsOf<SlackEvent & Message>(payload.event);
  const reason = reasonToIgnore(event, payload);
  if (reason !== undefined) return { kind: "ignored", reason };
  const type = stringOf(event.type) ?? stringOf(payload.type) ?? "unknown";
  const parse = Object.hasOwn(parsers, type) ? parsers[type] : undefined;
  const said = parse?.(event) ?? unhandled(type, event);
  const draft: EventDraft = { ...about(event, payload), ...said, refs: [channelRefOf(event), ...(said.refs ?? [])] };
  return {
    kind: "event",
    event: toIncoming(
      { source: "SLACK", deliveryId: payload.event_id, draft, eventData: withoutDeleted(delivery.json) },
      delivery,
    ),
  };
}

type Event = Fields<SlackEvent & Message>;
type Said = Pick<EventDraft, "kind" | "title"> &
  Partial<Pick<EventDraft, "text" | "importance" | "subject" | "refs" | "actor">>;
type Parser = (event: Event) => Said | undefined;

const parsers: Readonly<Record<string, Parser>> = {
  message: (event) => message(event),
  app_mention: (event) => posted(event, "Mentioned the app"),
  reaction_added: (event) => reacted(event),
  member_joined_channel: (event) => memberMoved(event, "joined"),
  member_left_channel: (event) => memberMoved(event, "left"),
  channel_created: (event) => channelChanged(event, "Created"),
  channel_rename: (event) => channelChanged(event, "Renamed a channel to"),
  channel_archive: (event) => channelChanged(event, "Archived"),
  channel_unarchive: (event) => channelChanged(event, "Took out of the archive:"),
  channel_deleted: (event) => channelChanged(event, "Deleted"),
};

/** Messages that are one person's word to another, and what this app has posted itself: a summary is no news. */
function reasonToIgnore(event: Event, { api_app_id: ownApp }: Fields<Payload>): string | undefined {
  if (event.channel_type === "im" || event.channel_type === "mpim") return "a private message";
  if (event.type !== "message" && event.type !== "app_mention") return undefined;
  const versions = [event, fieldsOf<Message>(event.message), fieldsOf<Message>(event.previous_message)];
  const isOurs = versions.some((version) => {
    const app = stringOf(version.app_id) ?? stringOf(fieldsOf<Message["bot_profile"]>(version.bot_profile).app_id);
    return app !== undefined && app === ownApp && stringOf(version.bot_id) !== undefined;
  });
  return isOurs ? "our own message" : undefined;
}

/** Subtypes of messages that say something; the others tell of the channel. */
const spoken = ["bot_message", "file_share", "me_message", "thread_broadcast"];

function message(event: Event): Said | undefined {
  const subtype = stringOf(event.subtype);
  if (subtype === undefined || spoken.includes(subtype)) return posted(event, undefined);
  if (subtype === "message_changed") return edited(event, event.message, "Edited a message");
  if (subtype === "message_deleted") return edited(event, event.previous_message, "Deleted a message");
  if (subtype === "channel_join") return memberMoved(event, "joined");
  if (subtype === "channel_leave") return memberMoved(event, "left");
  return undefined;
}

function posted(event: Event, what: string | undefined): Said {
  const text = readableSlackText(stringOf(event.text));
  const opening = stringOf(text?.split("\n", 1)[0]);
  const said = [what, opening].filter((part) => part !== undefined).join(": ");
  const thread = threadOf(event);
  const thing = githubThingIn(text);
  return {
    kind: "MESSAGE_POSTED",
    title: stringOf(said) ?? `Posted in ${channelNameOf(event) ?? "a channel"}`,
    text,
    ...(thread === undefined ? {} : { subject: `slack:${thread}` }),
    refs: [
      ...(thread === undefined ? [] : [{ type: "THREAD", id: thread } as const]),
      ...(thing === undefined ? [] : [{ type: thing.type, id: thing.id, url: thing.url } as const]),
    ],
  };
}

/** An edit, or a deletion: of that, the text is not repeated. */
function edited(event: Event, version: unknown, what: string): Said {
  const changed = fieldsOf<Message>(version);
  const text = event.subtype === "message_deleted" ? undefined : readableSlackText(stringOf(changed.text));
  const thread = threadOf({ ...changed, channel: event.channel });
  const author = stringOf(changed.user);
  return {
    kind: "MESSAGE_POSTED",
    title: `${what} in ${channelNameOf(event) ?? "a channel"}`,
    text,
    importance: "LOW",
    ...(author === undefined ? {} : { actor: { id: author } }),
    ...(thread === undefined ? {} : { subject: `slack:${thread}`, refs: [{ type: "THREAD", id: thread }] }),
  };
}

function reacted(event: Event): Said {
  const { reaction, item } = fieldsOf<ReactionAddedEvent>(event);
  const { channel, ts } = fieldsOf<{ channel: string; ts: string }>(item);
  const [place, time] = [stringOf(channel), stringOf(ts)];
  return {
    kind: "NOTE",
    title: `Reacted with :${stringOf(reaction) ?? "something"}:`,
    importance: "LOW",
    ...(place === undefined || time === undefined ? {} : { subject: `slack:${place}/${time}` }),
    refs: [{ type: "CHANNEL", id: place }],
  };
}

function memberMoved(event: Event, verb: string): Said {
  const who = stringOf(fieldsOf<MemberJoinedChannelEvent>(event).user) ?? "Somebody";
  return { kind: "MEMBER_CHANGED", title: `${who} ${verb} ${channelNameOf(event) ?? "a channel"}`, importance: "LOW" };
}

function channelChanged(event: Event, verb: string): Said {
  return { kind: "NOTE", title: `${verb} ${channelNameOf(event) ?? "a channel"}`, importance: "LOW" };
}

function unhandled(type: string, event: Event): Said {
  const subtype = stringOf(event.subtype);
  const place = channelNameOf(event);
  const what = subtype === undefined ? type : `${type} (${subtype})`;
  return { kind: "UNHANDLED", title: `${what}${place === undefined ? "" : ` in ${place}`}`, importance: "LOW" };
}

/** What every event says, where its parser says nothing else. */
function about(event: Event, payload: Fields<Payload>): Omit<EventDraft, "kind" | "title"> {
  const channel = channelOf(event);
  const team = stringOf(payload.team_id);
  const url =
    channel === undefined || team === undefined
      ? undefined
      : `https://slack.com/app_redirect?team=${encodeURIComponent(team)}&channel=${encodeURIComponent(channel)}`;
  return { actor: actorOf(event), url, occurredAt: payload.event_time ?? stringOf(event.ts) };
}

function actorOf(event: Event): PersonDraft | undefined {
  const id = stringOf(event.user) ?? stringOf(event.bot_id);
  if (id === undefined) return undefined;
  return { id, name: stringOf(event.username) ?? fieldsOf<Message["bot_profile"]>(event.bot_profile).name };
}

/** Some events name their channel, some hold it. */
function channelOf(event: Event): string | undefined {
  return stringOf(event.channel) ?? stringOf(fieldsOf<{ id: string }>(event.channel).id);
}

function channelNameOf(event: Event): string | undefined {
  const name = stringOf(event.channel_name) ?? stringOf(fieldsOf<{ name: string }>(event.channel).name);
  return name === undefined ? channelOf(event) : `#${name}`;
}

/** A message and its answers are one thing: `C0123/1700000000.000100`. */
function threadOf(event: Fields<Pick<Message, "channel" | "ts" | "thread_ts">>): string | undefined {
  const [channel, ts] = [stringOf(event.channel), stringOf(event.thread_ts) ?? stringOf(event.ts)];
  return channel === undefined || ts === undefined ? undefined : `${channel}/${ts}`;
}

/** What somebody has deleted is not kept again. */
function withoutDeleted(json: unknown): unknown {
  if (!isObject(json) || !isObject(json["event"]) || json["event"]["subtype"] !== "message_deleted") return undefined;
  const { previous_message: _deleted, ...event } = json["event"];
  return { ...json, event };
}

function channelRefOf(event: Event): RefDraft | undefined {
  const id = channelOf(event);
  const title = stringOf(event.channel_name) ?? fieldsOf<{ name: string }>(event.channel).name;
  return id === undefined ? undefined : { type: "CHANNEL", id, title };
}
