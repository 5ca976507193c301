if [ -z "${WEBHOOK_GENERIC_SECRET:-}" ]; then
  echo "WEBHOOK_GENERIC_SECRET is missing: set it to the server's own, whsec_ and base64" >&2
  exit 1
fi
timestamp=$(date +%s)
body='{
  "type": "activity.recorded",
  "timestamp": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'",
  "data": [
    { "entityId": "stu_4532", "kind": "session", "groups": ["sub_math"] },
    { "entityId": "stu_4532", "kind": "rating", "value": 4.5, "dedupeId": "rating-'$timestamp'" }
  ]
}'
id=msg_$timestamp
key=$(printf %s "${WEBHOOK_GENERIC_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
signature=$(printf %s "$id.$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
curl -sS http://127.0.0.1:4000/webhooks/generic \
  -H 'content-type: application/json' \
  -H "webhook-id: $id" \
  -H "webhook-timestamp: $timestamp" \
  -H "webhook-signature: v1,$signature" \
  --data-binary "$body"
