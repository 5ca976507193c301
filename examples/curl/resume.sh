curl -sSN http://127.0.0.1:4000/graphql/stream \
  -H 'content-type: application/json' \
  -H "last-event-id: $LAST_EVENT_ID" \
  -d '{
    "query": "subscription ($id: ID!, $after: String) { incidentTimeline(incidentId: $id, after: $after) { entry { occurredAt description } position } }",
    "variables": { "id": "INC-1" }
  }'
