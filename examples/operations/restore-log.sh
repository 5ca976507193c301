aws dynamodb restore-table-to-point-in-time --source-table-name domain-events \
  --target-table-name back-domain-events --restore-date-time 2026-01-15T10:29:59Z
aws dynamodb wait table-exists --table-name back-domain-events
aws dynamodb update-table --table-name back-domain-events \
  --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE
aws dynamodb wait table-exists --table-name back-domain-events
aws dynamodb update-table --table-name back-domain-events --deletion-protection-enabled
aws dynamodb update-continuous-backups --table-name back-domain-events \
  --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true
