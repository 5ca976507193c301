/** What leads to services and webhooks, as the configuration asks for it. */
import { createCredentials } from "../adapters/credentials/credentials.js";
import { loadIntegrationKey } from "../adapters/credentials/integrationKey.js";
import { createServiceRegistry, defaultServices } from "../adapters/services/registry.js";
import { createWebhookCheck } from "../adapters/webhookSender/webhookCheck.js";
import { createWebhookSecrets } from "../adapters/webhookSender/webhookSecrets.js";
import { createWebhookSender } from "../adapters/webhookSender/webhookSender.js";
import type { Config } from "../config/config.js";
import type { Clock } from "../domain/kernel/index.js";
import { observeWebhooks } from "../observability/integrations.js";
import type { Metrics } from "../observability/metrics.js";
import type { IntegrationsOptions } from "./integrations.js";

export interface IntegrationPartsDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Makes the key of this data folder where there is none yet. `close`: behind the ledger, which closes the webhooks. */
export async function createIntegrationParts({ config, clock, metrics }: IntegrationPartsDeps) {
  const { dataDir, integrations } = config;
  const { allowedHosts, webhookHosts: onlyHosts } = integrations;
  const key = await loadIntegrationKey({ configured: integrations.key, dataDir });
  const credentials = createCredentials({ store: integrations.credentials, dataDir, key, clock });
  const services = createServiceRegistry(defaultServices(integrations));
  const options: IntegrationsOptions = {
    services,
    credentials,
    webhooks: observeWebhooks(createWebhookSender({ allowedHosts, onlyHosts }), metrics),
    secrets: createWebhookSecrets({ key }),
    checkWebhook: createWebhookCheck({ allowedHosts, onlyHosts }),
  };
  return {
    options,
    close: async () => {
      credentials.close();
      await services.close();
    },
  };
}
