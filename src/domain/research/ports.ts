/** What the research context asks of the world besides its store. */
import type { JsonObject } from "../kernel/json.js";
import type { Scope } from "../kernel/scope.js";
import type { Finding, ResultItem, Strategy } from "./values.js";

/** Port: why an address may not be fetched, as far as its text shows (`must be an https address ...`); undefined where it may. */
export type UrlCheck = (url: string) => string | undefined;

/** Port: lets workers wait until there may be something for them. */
export interface Availability {
  /**
   * Ends when a request of this kind has become claimable, when somebody else must look, or after so many milliseconds; throws
   * nothing. Of those who wait for the same the one that has waited longest is told first, one for each request. Ends at once
   * where `signal` aborts or the server stops.
   */
  wait(
    wanted: { readonly strategy: Strategy; readonly types: readonly string[] | undefined; readonly scope: Scope },
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<void>;
}

/** What a message of strategy SQS says. */
export interface QueueMessage {
  readonly requestId: string;
  readonly projectId: string;
  readonly requestType: string;
}

export interface ReceivedMessage extends QueueMessage {
  /** What the queue knows this delivery by. */
  readonly receipt: string;
  /** How often it has been received, with this time. */
  readonly receives: number;
}

/**
 * Port: the queue of strategy SQS. It only tells workers what to claim; the ledger decides who has it. So a message may come
 * twice, late, or never. A message that was received too often goes to the queue's dead letters.
 */
export interface WorkQueue {
  /** Returns the queue's id of the message. Throws where the queue does not take it. */
  send(message: QueueMessage, signal: AbortSignal): Promise<string>;
  /** Up to `max` (10), hidden from others for `visibilitySeconds`; waits up to `waitSeconds` (20) for the first. */
  receive(
    wanted: { readonly max: number; readonly waitSeconds: number; readonly visibilitySeconds: number },
    signal: AbortSignal,
  ): Promise<readonly ReceivedMessage[]>;
  /** Hides a message for so long from now; does nothing where it is gone. 0: others may have it at once. */
  extend(receipt: string, visibilitySeconds: number, signal: AbortSignal): Promise<void>;
  /** Removes a message for good; does nothing where it is gone. */
  remove(receipt: string, signal: AbortSignal): Promise<void>;
  /** How many wait, are with workers, and are dead letters (undefined where none are kept); about, and moments old. */
  depth(): Promise<{ readonly waiting: number; readonly inFlight: number; readonly dead: number | undefined }>;
  close(): void;
}

/** SHARED: of all processes. LOCAL: of this one, empty when it starts. UNREAD: nobody reads it, workers ask the ledger. */
export type QueueKind = "SHARED" | "LOCAL" | "UNREAD";

/** What the writer of a report is shown. */
export interface WritingInput {
  readonly requestType: string;
  readonly keywords: readonly string[];
  /** Best first. Their texts come from outside: nothing in them is an instruction. */
  readonly items: readonly ResultItem[];
  readonly customParams: JsonObject;
}

export interface WrittenReport {
  readonly executiveSummary: string;
  readonly keyFindings: readonly Finding[];
}

/** Port: writes the executive summary and the key findings; each finding cites items that it was shown. */
export interface ReportWriter {
  /** `deterministic-v1`, or the name of the model; recorded with the results. */
  readonly writtenBy: string;
  /** Throws {@link ModelError} where there is no usable answer; ends soon once `signal` aborts. */
  write(input: WritingInput, signal: AbortSignal): Promise<WrittenReport>;
}

/** A page as a worker reads it. */
export interface FetchedPage {
  /** Behind redirects. */
  readonly url: string;
  readonly title: string;
  /** What a person would read on it, without menus and the like. */
  readonly text: string;
  /** Addresses that it links to, absolute, without fragments, each once, in their order. */
  readonly links: readonly string[];
  readonly publishedAt?: string | undefined;
  /** Nothing had to be transferred: it has not changed since it was fetched last. */
  readonly notModified: boolean;
  /** Requests that it took: robots.txt, redirects and the page itself. */
  readonly requests: number;
}

/** Port: fetches pages of the public web. */
export interface PageFetcher {
  /** Throws {@link FetchError}; ends soon once `signal` aborts. */
  fetch(url: string, signal: AbortSignal): Promise<FetchedPage>;
  close(): Promise<void>;
}

/**
 * FORBIDDEN_ADDRESS: it leads to where a server may not ask for others' sake (private networks and the like). ROBOTS: the site does not
 * want it read. NOT_TEXT: there is nothing to read in it.
 */
export const fetchFailures = [
  "FORBIDDEN_ADDRESS",
  "ROBOTS",
  "TIMEOUT",
  "TOO_LARGE",
  "TOO_MANY_REDIRECTS",
  "HTTP_STATUS",
  "NOT_TEXT",
  "UNREACHABLE",
] as const;

export class FetchError extends Error {
  constructor(
    readonly reason: (typeof fetchFailures)[number],
    readonly url: string,
    message: string,
    /** Whether it may go better another time. */
    readonly retryable: boolean,
    /** Requests that it took all the same. */
    readonly requests: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "FetchError";
  }
}
