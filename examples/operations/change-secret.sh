aws secretsmanager get-secret-value --secret-id "$SECRET_ARN" --query SecretString --output text |
  jq --arg new "$(openssl rand -base64 32)" '.CURSOR_SECRET_PREVIOUS = .CURSOR_SECRET | .CURSOR_SECRET = $new' > secret.json
aws secretsmanager put-secret-value --secret-id "$SECRET_ARN" --secret-string file://secret.json
rm secret.json
