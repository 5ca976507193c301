/** How a server of a service misbehaves, whatever protocol it speaks. */
import type { ServerResponse } from "node:http";
import type { ServiceFault } from "../conformance/integrationServiceContract.js";

export interface ServiceFaults {
  /** Counts a request. True where it was answered, or never will be; else it is to be served. */
  meet(response: ServerResponse, protocol: FaultProtocol): boolean;
  fail(fault: ServiceFault | undefined, behind?: number): void;
  requests(): number;
  endlessBytes(): number;
  silent(): Promise<void>;
}

/** How the service itself says it. */
export interface FaultProtocol {
  auth(response: ServerResponse): void;
  rateLimit(response: ServerResponse, seconds: number): void;
}

export function createServiceFaults(): ServiceFaults {
  let fault: ServiceFault | undefined;
  let served = 0;
  let requests = 0;
  let endlessBytes = 0;
  const waiting = new Set<() => void>();

  return {
    meet(response, protocol) {
      requests += 1;
      served -= 1;
      if (fault === undefined || served >= 0) return false;
      switch (fault.kind) {
        case "rate limit":
          protocol.rateLimit(response, fault.seconds);
          return true;
        case "auth":
          protocol.auth(response);
          return true;
        case "outage":
          response.writeHead(503, { "content-type": "text/plain" }).end("down");
          return true;
        case "cut":
          response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
          response.write('{"', () => response.destroy());
          return true;
        case "garbage":
          response.writeHead(200, { "content-type": "text/html" }).end("<html>Log in to the network</html>");
          return true;
        case "other JSON":
          response.writeHead(200, { "content-type": "application/json" }).end("[null]");
          return true;
        case "endless": {
          response.writeHead(200, { "content-type": "application/json" });
          const chunk = Buffer.alloc(65_536, " ");
          const more = () => {
            if (response.destroyed) return;
            endlessBytes += chunk.length;
            response.write(chunk, more);
          };
          more();
          return true;
        }
        case "silence":
          for (const tell of [...waiting]) tell();
          waiting.clear();
          return true;
      }
    },
    fail(wanted, behind = 0) {
      fault = wanted;
      served = behind;
    },
    requests: () => requests,
    endlessBytes: () => endlessBytes,
    silent: () => new Promise((resolve) => waiting.add(resolve)),
  };
}
