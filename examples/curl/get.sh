curl -sSG http://127.0.0.1:4000/graphql \
  -H 'apollo-require-preflight: 1' \
  --data-urlencode 'query={ incidentCounts { status count } }'
