/** Dead letters without a poisonous event: parks a stream as a processor does that could not go on with it. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { TestOpsledger } from "./opsledger.js";

/** Parks a stream at its first event. The processor learns of it when it starts: restart the server behind this. */
export async function park(test: TestOpsledger, processor: string, streamId: string): Promise<void> {
  const Item = {
    processor: `dead-letter#${processor}`,
    partition: streamId,
    version: 1,
    eventId: "an-event",
    eventType: "IncidentDeclared",
    log: 0,
    position: 1,
    error: "it cannot be read",
    attempts: 5,
    parkedAt: new Date().toISOString(),
  };
  await test.db.client.send(new PutCommand({ TableName: test.db.tableName("processor-checkpoints"), Item }));
}
