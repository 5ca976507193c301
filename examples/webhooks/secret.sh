export WEBHOOK_GENERIC_SECRET=whsec_$(openssl rand -base64 32)
