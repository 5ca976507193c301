/** The queue of strategy SQS on Amazon SQS. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Message, QueueAttributeName } from "@aws-sdk/client-sqs";
import { UnavailableError } from "../../domain/kernel/errors.js";
import type { ReceivedMessage, WorkQueue } from "../../domain/research/index.js";
import { clientConfig } from "../aws/clientConfig.js";
import type { AwsAddress } from "../aws/clientConfig.js";
import { readBody, toBody } from "./message.js";

/** The part of a structured logger that the queue needs. */
export interface SqsLog {
  warn(fields: object, message: string): void;
}

export interface SqsQueueDeps extends AwsAddress {
  /** A standard queue: a FIFO queue would drop what is sent again, and hold up what follows. */
  readonly queueUrl: string;
  /** The queue that the redrive policy of the first names; only its depth is read. */
  readonly deadLetterUrl?: string | undefined;
  readonly log: SqsLog;
}

/** SQS's own: what a message may be hidden in all. */
const longestVisibilitySeconds = 12 * 3_600;

/**
 * Creates the queue. It needs the permissions `sqs:SendMessage`, `sqs:ReceiveMessage`, `sqs:ChangeMessageVisibility`,
 * `sqs:DeleteMessage` and `sqs:GetQueueAttributes`. How often a message is received before it is a dead letter says the
 * queue's redrive policy. Throws an UnavailableError where SQS does not do what it is asked for.
 */
export function createSqsQueue(deps: SqsQueueDeps): WorkQueue {
  const { queueUrl: QueueUrl, deadLetterUrl, log } = deps;
  // A send that is repeated by the SDK may put two messages there, which is allowed.
  const client = new SQSClient(clientConfig(deps, { maxAttempts: 3 }));
  // A long poll is longer than other requests; it is not repeated, as its caller asks again anyway.
  const poller = new SQSClient(clientConfig({ ...deps, requestMilliseconds: 25_000 }, { maxAttempts: 1 }));

  const read = ({ MessageId, Body, ReceiptHandle: receipt, Attributes }: Message): ReceivedMessage[] => {
    const said = readBody(Body ?? "");
    if (receipt !== undefined && "message" in said) {
      return [{ ...said.message, receipt, receives: Number(Attributes?.ApproximateReceiveCount ?? 1) }];
    }
    const problem = "problem" in said ? said.problem : "it has no receipt";
    log.warn({ messageId: MessageId, problem }, "a message in the queue is none of ours; it is left to the redrive");
    return [];
  };

  return {
    send: (message, signal) =>
      asking("send", signal, async () => {
        const command = new SendMessageCommand({ QueueUrl, MessageBody: toBody(message) });
        const { MessageId: messageId } = await client.send(command, { abortSignal: signal });
        if (messageId === undefined) throw new UnavailableError("Amazon SQS did not say which message it is");
        return messageId;
      }),
    receive: ({ max, waitSeconds, visibilitySeconds }, signal) =>
      asking("receive", signal, async () => {
        const command = new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: toVisibility(visibilitySeconds),
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        });
        const { Messages: messages = [] } = await poller.send(command, { abortSignal: signal });
        return messages.flatMap(read);
      }),
    extend: (ReceiptHandle, visibilitySeconds, signal) =>
      unlessGone(signal, () =>
        client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl,
            ReceiptHandle,
            VisibilityTimeout: toVisibility(visibilitySeconds),
          }),
          { abortSignal: signal },
        ),
      ),
    remove: (ReceiptHandle, signal) =>
      unlessGone(signal, () =>
        client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }), { abortSignal: signal }),
      ),
    async depth() {
      const [{ visible, delayed, inFlight }, dead] = await Promise.all([
        countsOf(client, QueueUrl),
        deadLetterUrl === undefined ? undefined : countsOf(client, deadLetterUrl),
      ]);
      return {
        waiting: visible + delayed,
        inFlight,
        dead: dead && dead.visible + dead.delayed + dead.inFlight,
      };
    },
    close() {
      client.destroy();
      poller.destroy();
    },
  };
}

const attributes = {
  visible: "ApproximateNumberOfMessages",
  delayed: "ApproximateNumberOfMessagesDelayed",
  inFlight: "ApproximateNumberOfMessagesNotVisible",
} as const satisfies Readonly<Record<string, QueueAttributeName>>;

function countsOf(client: SQSClient, QueueUrl: string) {
  return asking("depth", undefined, async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: Object.values(attributes) });
    const { Attributes: said = {} } = await client.send(command);
    const count = (name: keyof typeof attributes) => Number(said[attributes[name]] ?? 0);
    return { visible: count("visible"), delayed: count("delayed"), inFlight: count("inFlight") };
  });
}

/** Whole seconds, as SQS asks. */
function toVisibility(seconds: number): number {
  return Math.min(longestVisibilitySeconds, Math.ceil(seconds));
}

/** What SQS says of a message that was removed, or that it has hidden from others no more. */
const gone: ReadonlySet<string> = new Set([
  "MessageNotInflight",
  "AWS.SimpleQueueService.MessageNotInflight",
  "ReceiptHandleIsInvalid",
]);

async function unlessGone(signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  await asking("message", signal, async () => {
    try {
      await work();
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  });
}

function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Of a receipt that has run out SQS says that the parameter is invalid, in these words.
  return (
    gone.has(error.name) ||
    (error.name === "InvalidParameterValue" && /ReceiptHandle|receipt handle/.test(error.message))
  );
}

async function asking<T>(what: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Whoever aborted knows why, and must not take it for an answer of SQS.
    signal?.throwIfAborted();
    if (error instanceof UnavailableError) throw error;
    const said = error instanceof Error ? `${error.name}: ${error.message.slice(0, 300)}` : String(error);
    throw new UnavailableError(`Amazon SQS does not do what it was asked for (${what}): ${said}`, [], { cause: error });
  }
}
