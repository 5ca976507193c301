curl -sS http://127.0.0.1:4000/graphql \
  -H 'content-type: application/json' \
  -d '{
    "query": "mutation ($input: ChangeIncidentStatusInput!) { changeIncidentStatus(input: $input) { incident { status } errors { __typename code message path ... on InvalidTransitionError { from to allowed } } } }",
    "variables": { "input": { "incidentId": "INC-1", "to": "CLOSED" } }
  }'
