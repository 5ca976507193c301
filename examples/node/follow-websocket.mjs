// Follows an incident over WebSocket and resumes after a cut: node examples/node/follow-websocket.mjs INC-1
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

const url = process.env.OPSLEDGER_URL ?? "http://127.0.0.1:4000/graphql";
const incidentId = process.argv[2] ?? "INC-1";
const query = `
  subscription ($incidentId: ID!, $after: String) {
    incidentTimeline(incidentId: $incidentId, after: $after) {
      entry { occurredAt description }
      position
    }
  }`;

// retryAttempts: 0, as the client would repeat its first request; we subscribe anew behind the last entry that we saw.
const client = createClient({ url: url.replace(/^http/, "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
let after;
for (;;) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { incidentId, after } })) {
      if (errors) throw new Error(errors[0].message);
      const { entry, position } = data.incidentTimeline;
      console.log(entry.occurredAt, entry.description);
      after = position;
    }
  } catch (error) {
    // A refusal is an array of errors, a lost connection a close event.
    if (Array.isArray(error)) throw new Error(error[0].message, { cause: error });
    if (error instanceof Error) throw error;
  }
  await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1_000));
}
