export AUTH_SECRET="only for trying out: 32 bytes or more"
token=$(npm run --silent opsledger -- token --sub ana --roles RESPONDER --projects payment-service,checkout)
curl -sS http://127.0.0.1:4000/graphql \
  -H "authorization: Bearer $token" \
  -H 'content-type: application/json' \
  -d '{ "query": "{ incidents { nodes { reference title services } } }" }'
