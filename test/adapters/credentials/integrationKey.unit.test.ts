/** Which texts are a key of integrations. */
import { expect, it } from "vitest";
import { loadIntegrationKey } from "../../../src/adapters/credentials/integrationKey.js";

const load = (configured: string) => loadIntegrationKey({ configured, dataDir: "/nowhere" });
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

it.each([...letters])(
  "forty-three letters and digits, as AWS makes them, are one whatever the last is: %s",
  async (last) => {
    expect(await load(`${"c3".repeat(21)}${last}=`)).toHaveLength(32);
  },
);

it.each(["", "c3", `${"c3".repeat(21)}Z`, `${"c3".repeat(21)}-=`, `${"c3".repeat(22)}=`])(
  "anything else is not: %j",
  async (text) => {
    await expect(load(text)).rejects.toThrow("INTEGRATION_KEY is no key: it must be 32 bytes in base64");
  },
);
