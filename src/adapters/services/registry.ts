/** The services that sessions can be connected with: a new one is a file beside this and a line here. */
import type { LookupFunction } from "node:net";
import type { IntegrationService, ServiceRegistry } from "../../domain/integrations/index.js";
import { createGmail } from "./gmail.js";
import { createHttpService } from "./http.js";
import { createSlack } from "./slack.js";
import { createWhatsApp } from "./whatsapp.js";

export interface ServicesConfig {
  /** `host` or `host:port`, in lower case: their addresses may be private, and need no https. */
  readonly allowedHosts: readonly string[];
  /** For one request to a service. @default 15_000 */
  readonly timeoutMilliseconds?: number | undefined;
  readonly gmail?: { readonly apiUrl?: string | undefined; readonly tokenUrl?: string | undefined } | undefined;
  readonly slack?: { readonly apiUrl?: string | undefined } | undefined;
  /** @default that of the operating system */
  readonly lookup?: LookupFunction | undefined;
}

/** Some keep connections. */
type Service = IntegrationService & { close?(): Promise<void> };

// #region services
/** Those of this server. */
export function defaultServices(config: ServicesConfig): readonly Service[] {
  const { allowedHosts, lookup, timeoutMilliseconds = 15_000 } = config;
  return [
    createGmail({ ...config.gmail, timeoutMilliseconds }),
    createSlack({ ...config.slack, timeoutMilliseconds }),
    createWhatsApp(),
    createHttpService({ allowedHosts, timeoutMilliseconds, lookup }),
  ];
}
// #endregion

/** @throws Error where two have one name */
export function createServiceRegistry(services: readonly Service[]): ServiceRegistry & { close(): Promise<void> } {
  const byType = new Map(services.map((service) => [service.type, service]));
  if (byType.size < services.length) throw new Error("two services have the same type");
  return {
    get: (type) => byType.get(type),
    all: services,
    async close() {
      await Promise.all(services.map(async (service) => service.close?.()));
    },
  };
}
