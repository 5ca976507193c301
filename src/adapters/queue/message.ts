/** What a message of strategy SQS looks like in the queue. It only says which request to claim, so that it may come twice, and late. */
import { z } from "zod";
import { RequestId, RequestType, ProjectId } from "../../domain/research/index.js";
import type { QueueMessage } from "../../domain/research/index.js";

/** The shape; rises only with a change that breaks readers. */
const version = 1;

const Body = z.object({
  version: z.literal(version),
  requestId: RequestId,
  projectId: ProjectId,
  requestType: RequestType,
});

export function toBody({ requestId, projectId, requestType }: QueueMessage): string {
  return JSON.stringify({ version, requestId, projectId, requestType });
}

/** The message, or why the text is none. */
export function readBody(text: string): { readonly message: QueueMessage } | { readonly problem: string } {
  try {
    const { requestId, projectId, requestType } = Body.parse(JSON.parse(text));
    return { message: { requestId, projectId, requestType } };
  } catch (error) {
    return { problem: error instanceof z.ZodError ? z.prettifyError(error) : "it is no JSON" };
  }
}
