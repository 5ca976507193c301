/** The operations that the benchmark sends. */

export const declareIncident = `mutation ($input: DeclareIncidentInput!) {
  declareIncident(input: $input) { incident { id incidentId } errors { code message } }
}`;

export const changeStatus = `mutation ($input: ChangeIncidentStatusInput!) {
  changeIncidentStatus(input: $input) { incident { status version } errors { code message } position }
}`;

export const recordEntry = `mutation ($input: RecordTimelineEntryInput!) {
  recordTimelineEntry(input: $input) { incident { version } errors { code message } position }
}`;

export const listIncidents = `{
  incidents(first: 50) { nodes { id reference title status severity services updatedAt } pageInfo { hasNextPage endCursor } }
}`;

export const board = `{
  incidents(first: 50) {
    nodes {
      id reference title status severity services
      participants { personId roles }
      timeline(first: 5) { nodes { occurredAt description } }
    }
  }
}`;

export const followTimeline = `subscription ($incidentId: ID!) {
  incidentTimeline(incidentId: $incidentId) { entry { recordedAt version } position }
}`;
