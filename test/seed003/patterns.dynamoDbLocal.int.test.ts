/** Seed 003 on Amazon's DynamoDB Local, and the whole product with it: declare, change, list, follow. */
import { describe, expect, it } from "vitest";
import { FollowTimelineDocument, IncidentsDocument } from "../generated/operations.js";
import { skipsDynamoDbLocal } from "../support/dynamoDbLocal.js";
import { seedPatterns } from "./patterns.conformance.js";

const environment = { OPSLEDGER_ENGINE: "dynamodb-local" };

describe.skipIf(skipsDynamoDbLocal)("with DynamoDB Local", () => {
  const server = seedPatterns(environment);

  it("an incident is declared, followed, changed and listed, also after a restart", async () => {
    const test = server();
    const { incidentId, position, reference } = await test.declare({ severity: "P2", services: ["followed"] });
    const follower = test.follow(FollowTimelineDocument, { incidentId, after: position });
    await test.changeStatus(incidentId, "ACKNOWLEDGED");
    expect(await follower.next()).toMatchObject({
      data: { incidentTimeline: { entry: { kind: "STATUS_CHANGED", version: 2 } } },
    });
    await follower.close();
    await test.restart();
    await test.changeStatus(incidentId, "RESOLVED");
    const { incidents } = await test.run(IncidentsDocument, { filter: { status: ["RESOLVED"], severity: ["P2"] } });
    expect(incidents.nodes).toMatchObject([{ reference, status: "RESOLVED" }]);
  }, 120_000);
});
