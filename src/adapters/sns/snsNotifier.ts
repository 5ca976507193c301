/** Publishes messages to a topic of Amazon SNS, from where queues, functions and mailboxes get them. */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { PublishCommandInput } from "@aws-sdk/client-sns";
import { UnavailableError, notifierSeconds } from "../../domain/kernel/index.js";
import type { Notifier } from "../../domain/kernel/index.js";
import { clientConfig } from "../aws/clientConfig.js";
import type { AwsAddress } from "../aws/clientConfig.js";
import type { Message } from "../notifications/message.js";
import { createPace, underWay } from "../notifications/pacing.js";
import { inTime } from "../inTime.js";
import { toNotifierError } from "./errors.js";
import { isFifo, toNotification } from "./notification.js";

/** The part of a structured logger that the notifier needs. */
export interface SnsLog {
  warn(fields: object, message: string): void;
}

export interface SnsNotifierDeps extends Omit<AwsAddress, "region"> {
  /** `arn:aws:sns:eu-west-1:123456789012:operations.fifo`; its region is the one that is asked. */
  readonly topicArn: string;
  readonly log: SnsLog;
}

/**
 * Creates the notifier. It needs the permission `sns:Publish`. A topic cannot be asked for what was sent to it, so `find` finds
 * nothing, and what is in doubt is sent again: a FIFO topic drops the repeat within five minutes; of a standard topic, and
 * beyond that time, subscribers tell repeats by the `id` in the body.
 */
export function createSnsNotifier(deps: SnsNotifierDeps): Notifier<Message> {
  const { topicArn, log } = deps;
  // All patience is that of the caller, who keeps it over restarts.
  const client = new SNSClient(clientConfig({ ...deps, region: topicArn.split(":")[3] }, { maxAttempts: 1 }));
  // SNS asks for no pause between messages; only how many are under way is bounded.
  const pace = createPace(0);
  if (!isFifo(topicArn)) {
    log.warn(
      { topicArn },
      "SNS_TOPIC_ARN is no FIFO topic: a message whose answer is lost comes twice; subscribers tell it by its id",
    );
  }

  const publish = async (notification: PublishCommandInput, signal: AbortSignal): Promise<string> => {
    try {
      const { MessageId: messageId } = await inTime({ milliseconds: notifierSeconds * 1_000, signal }, (abortSignal) =>
        client.send(new PublishCommand(notification), { abortSignal }),
      );
      if (messageId === undefined) throw new UnavailableError("Amazon SNS did not say which message it is");
      return messageId;
    } catch (error) {
      // Whoever aborted knows why, and must not take it for an answer of SNS.
      signal.throwIfAborted();
      throw toNotifierError(error);
    }
  };
  const counted = <Result>({ key }: Message, run: () => Promise<Result>) => underWay(pace, { key, channel: key }, run);

  return {
    name: "sns",
    turn: ({ key, urgent }) => pace.turn({ key, channel: key, urgent }),
    post: (message, signal) =>
      counted(message, async () => ({
        messageId: await publish(toNotification(message, { topicArn }), signal),
        channel: message.channel,
      })),
    /** What was sent stays; the newer message follows it, with the same `id` and `updated`. */
    update: (message, _posted, signal) =>
      counted(message, async () => {
        await publish(toNotification(message, { topicArn, updated: true }), signal);
      }),
    isForgetful: true,
    find: async () => undefined,
  };
}
