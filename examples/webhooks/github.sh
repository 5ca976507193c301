body='{
  "action": "opened",
  "repository": { "full_name": "redline-wholesale/inventory-api", "html_url": "https://github.com/redline-wholesale/inventory-api" },
  "sender": { "login": "developer1" },
  "pull_request": { "number": 42, "title": "Add inventory tracking feature" }
}'
signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$WEBHOOK_GITHUB_SECRET" | sed 's/^.* //')
curl -sS http://127.0.0.1:4000/webhooks/github \
  -H 'content-type: application/json' \
  -H 'x-github-event: pull_request' \
  -H 'x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958' \
  -H "x-hub-signature-256: sha256=$signature" \
  --data-binary "$body"
