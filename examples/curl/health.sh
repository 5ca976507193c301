curl -sS http://127.0.0.1:4000/healthz
curl -sS http://127.0.0.1:4000/readyz
