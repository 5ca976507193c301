/** Where messages of a project go, and what posting and notifying have in common. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import type { Notifier } from "../kernel/notifier.js";
import { createPlaces as createPlacesOf } from "../kernel/sending.js";
import type { Place as PlaceOf, Places as PlacesOf } from "../kernel/sending.js";
import type { Clock, Instant } from "../kernel/time.js";
import type { ProjectsCommand } from "./commands.js";
import type { ProjectMessage } from "./ports.js";
import type { ProjectReadModel } from "./readModel.js";
import type { ProjectSettings, ProjectsState } from "./state.js";
import type { Importance } from "./values.js";

export interface PostingDeps {
  readonly commands: CommandHandler<ProjectsState, ProjectsCommand>;
  readonly readModel: Pick<ProjectReadModel, "getBatches" | "getProjectEvents" | "getSettings">;
  /** Of projects that have a channel. */
  readonly notifier: Notifier<ProjectMessage>;
  /** Of projects that have none. */
  readonly fallback: Notifier<ProjectMessage>;
  /** Where a person can look at a batch. */
  readonly batchUrl: (batchId: string) => string | undefined;
  /** Counts an event of a project that is to be told of at once; whether it may. Critical ones are counted apart. */
  readonly admit: (project: string, importance: Importance) => Promise<boolean>;
  readonly clock: Clock;
}

/** Where a message goes, or went. */
export type Place = PlaceOf<ProjectMessage>;

/** Which notifier a project's messages go through. */
export interface Places extends Pick<PlacesOf<ProjectMessage>, "named"> {
  /** By the project's settings as they are. */
  placeOf(project: string): Promise<Place>;
  placeFor(settings: Pick<ProjectSettings, "channel"> | undefined): Place;
  settingsOf(project: string): Promise<ProjectSettings | undefined>;
}

export function createPlaces({ notifier, fallback, readModel }: PostingDeps): Places {
  const { named, placeFor } = createPlacesOf<ProjectMessage>({ notifier, fallback });
  const settingsOf = async (project: string) => (await readModel.getSettings([project]))[0];
  return {
    named,
    placeOf: async (project) => placeFor((await settingsOf(project))?.channel),
    placeFor: (settings) => placeFor(settings?.channel),
    settingsOf,
  };
}

/** Nothing is left to be done. */
export const nothing: { readonly again?: Instant } = {};

export function againAt(again: Instant | undefined): { readonly again?: Instant } {
  return again === undefined ? nothing : { again };
}
