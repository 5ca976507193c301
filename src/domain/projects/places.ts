/** Where messages of a project go, and what posting and notifying have in common. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import type { Clock, Instant } from "../kernel/time.js";
import type { ProjectsCommand } from "./commands.js";
import { NotifierBusyError } from "./ports.js";
import type { Notifier } from "./ports.js";
import type { ProjectReadModel } from "./readModel.js";
import type { ProjectSettings, ProjectsState } from "./state.js";
import type { Importance } from "./values.js";

export interface PostingDeps {
  readonly commands: CommandHandler<ProjectsState, ProjectsCommand>;
  readonly readModel: Pick<ProjectReadModel, "getBatches" | "getProjectEvents" | "getSettings">;
  /** Of projects that have a channel. */
  readonly notifier: Notifier;
  /** Of projects that have none. */
  readonly fallback: Notifier;
  /** Where a person can look at a batch. */
  readonly batchUrl: (batchId: string) => string | undefined;
  /** Counts an event of a project that is to be told of at once; whether it may. Critical ones are counted apart. */
  readonly admit: (project: string, importance: Importance) => Promise<boolean>;
  readonly clock: Clock;
}

/** Where a message goes, or went. */
export interface Place {
  readonly notifier: Notifier;
  readonly channel: string | undefined;
}

/** Which notifier a project's messages go through. */
export interface Places {
  /** By the name that is recorded; undefined where it is none of this server's any more. */
  named(name: string | undefined): Notifier | undefined;
  /** By the project's settings as they are. */
  placeOf(project: string): Promise<Place>;
  placeFor(settings: Pick<ProjectSettings, "channel"> | undefined): Place;
  settingsOf(project: string): Promise<ProjectSettings | undefined>;
}

export function createPlaces({ notifier, fallback, readModel }: PostingDeps): Places {
  const settingsOf = async (project: string) => (await readModel.getSettings([project]))[0];
  const placeFor = ({ channel }: Pick<ProjectSettings, "channel"> = {}): Place => ({
    notifier: channel === undefined ? fallback : notifier,
    channel,
  });
  return {
    named: (name) => [notifier, fallback].find((candidate) => candidate.name === name),
    placeOf: async (project) => placeFor(await settingsOf(project)),
    placeFor,
    settingsOf,
  };
}

/** How many seconds the notifier asks to wait. */
export function wishOf(failure: unknown): number | undefined {
  return failure instanceof NotifierBusyError ? failure.retryAfterSeconds : undefined;
}

/** Nothing is left to be done. */
export const nothing: { readonly again?: Instant } = {};

export function againAt(again: Instant | undefined): { readonly again?: Instant } {
  return again === undefined ? nothing : { again };
}
