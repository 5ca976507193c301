/** What a resolver is given: who calls, and the ways to the domain and its views. */
import type { ChangeFeed, LiveFeed } from "../domain/kernel/feed.js";
import type { Actor } from "../domain/kernel/event.js";
import type { EventIndex } from "../domain/kernel/eventIndex.js";
import type { EventStore } from "../domain/kernel/eventStore.js";
import type { ProcessorControl } from "../domain/kernel/processing.js";
import type { Scope } from "../domain/kernel/scope.js";
import type { Clock, Instant } from "../domain/kernel/time.js";
import type { IncidentHistory, IncidentReadModel, IncidentService } from "../domain/incidents/index.js";
import type { InsightsReadModel, InsightsService, Metering } from "../domain/insights/index.js";
import type {
  IntegrationsReadModel,
  IntegrationsService,
  PollSchedule,
  ServiceRegistry,
} from "../domain/integrations/index.js";
import type { ProjectReadModel, ProjectService } from "../domain/projects/index.js";
import type { ReportReader, ResearchReadModel, ResearchService, WorkQueue } from "../domain/research/index.js";
import type { CursorCodec } from "./cursor.js";
import type { Loaders } from "./loaders.js";
import type { Role } from "./roles.js";

/** Who calls, and what it may do. */
export interface Caller {
  /** Goes on every event that the caller causes. */
  readonly actor: Actor;
  readonly roles: readonly Role[];
  /** Whose incidents and projects it may see and change. With `all`, whose integration sessions, too: else only its own. */
  readonly projects: Scope;
  /** When its token stops being accepted (its expiry and the tolerance for clocks); absent where it has none. */
  readonly expiresAt?: Instant | undefined;
  /** The token's own id, where it has one. */
  readonly tokenId?: string | undefined;
  /** Whether it proved who it is; false only where no authentication is configured. */
  readonly authenticated: boolean;
}

/** What is being asked for just now, for the audit trail; kept by the authorization check. */
export interface Attempt {
  /** Name of the operation in the document. */
  operation?: string | undefined;
  /** The root field that was entered last, such as `Mutation.declareIncident`. Mutations run one after the other. */
  field?: string | undefined;
  /** How the caller named incidents whose ids were looked up, by id: a refusal must not tell an id that it did not know. */
  readonly named: Map<string, string>;
}

/** Port: the trail of what was denied. Who, what and from where is known to it. */
export interface AuditTrail {
  denied(what: {
    readonly reason: "FORBIDDEN" | "FOREIGN_PROJECT";
    readonly field: string;
    /** What is not the caller's, where that was the reason: its kind, such as `Incident`, and its id. */
    readonly entity?: string | undefined;
    readonly entityId?: string | undefined;
  }): void;
}

/** Port: the trail of what operators did about the running system. */
export interface OperatorTrail {
  acted(what: {
    /** Such as `deadLetter.skip`. */
    readonly action: string;
    readonly actor: Actor;
    readonly correlationId: string;
    readonly details: Readonly<Record<string, unknown>>;
  }): void;
}

/** What all requests share. */
export interface GraphQLServices {
  readonly incidents: IncidentService;
  readonly incidentViews: IncidentReadModel;
  readonly history: IncidentHistory;
  readonly projects: ProjectService;
  readonly projectViews: ProjectReadModel;
  readonly insights: InsightsService;
  readonly insightViews: InsightsReadModel;
  readonly metering: Metering;
  readonly research: ResearchService;
  readonly researchViews: ResearchReadModel;
  readonly researchReports: ReportReader;
  readonly workQueue: Pick<WorkQueue, "depth">;
  readonly integrations: IntegrationsService;
  readonly integrationViews: IntegrationsReadModel;
  readonly integrationServices: ServiceRegistry;
  readonly pollSchedule: PollSchedule;
  readonly eventStore: EventStore;
  readonly eventIndex: EventIndex;
  readonly control: ProcessorControl;
  readonly operators: OperatorTrail;
  readonly feed: ChangeFeed;
  readonly live: LiveFeed;
  readonly cursors: CursorCodec;
  readonly clock: Clock;
}

export interface GraphQLContext extends GraphQLServices {
  readonly caller: Caller;
  readonly attempt: Attempt;
  readonly audit: AuditTrail;
  /** Becomes the correlation id of the events that the request leads to. */
  readonly requestId: string;
  /** Aborts when the caller has gone; absent where the transport does not tell. */
  readonly signal?: AbortSignal | undefined;
  /** Loaders of this request; a subscription gets new ones for each message. */
  readonly loaders: Loaders;
}
