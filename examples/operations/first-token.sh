SECRET_ARN=$(aws cloudformation describe-stacks --stack-name IOpsDashboard-CoreStack \
  --query "Stacks[0].Outputs[?OutputKey=='SecretArn'].OutputValue" --output text)
export AUTH_SECRET=$(aws secretsmanager get-secret-value --secret-id "$SECRET_ARN" \
  --query SecretString --output text | jq -r .AUTH_SECRET)
