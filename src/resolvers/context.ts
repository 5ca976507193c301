/** What a resolver is given: who calls, and the ways to the domain and its views. */
import type { ChangeFeed, LiveFeed } from "../domain/kernel/feed.js";
import type { Actor } from "../domain/kernel/event.js";
import type { IncidentReadModel, IncidentService } from "../domain/incidents/index.js";
import type { CursorCodec } from "./cursor.js";
import type { Loaders } from "./loaders.js";

/** Who calls. Tokens and roles join here. */
export interface Caller {
  readonly actor: Actor;
}

/** What all requests share. */
export interface GraphQLServices {
  readonly incidents: IncidentService;
  readonly incidentViews: IncidentReadModel;
  readonly feed: ChangeFeed;
  readonly live: LiveFeed;
  readonly cursors: CursorCodec;
}

export interface GraphQLContext extends GraphQLServices {
  readonly caller: Caller;
  /** Becomes the correlation id of the events that the request leads to. */
  readonly requestId: string;
  /** Loaders of this request; a subscription gets new ones for each message. */
  readonly loaders: Loaders;
}
