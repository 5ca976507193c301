aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name IOpsDashboard-DatabaseStack
aws dynamodb update-table --no-deletion-protection-enabled --table-name domain-events
aws cloudformation delete-stack --stack-name IOpsDashboard-DatabaseStack
