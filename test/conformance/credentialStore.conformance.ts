/** What every credential store does, wherever it keeps them. */
import type { JsonObject } from "../../src/domain/kernel/json.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CredentialStoreError } from "../../src/domain/integrations/index.js";
import type { CredentialStore } from "../../src/domain/integrations/index.js";

export interface CredentialStoreWorld {
  readonly store: CredentialStore;
  /** As whoever fills the store does, beside the server. */
  put(ref: string, credential: JsonObject): Promise<void>;
  remove(ref: string): Promise<void>;
  /** Makes what is stored under the name unreadable. */
  damage(ref: string): Promise<void>;
  close(): Promise<void>;
}

const never = () => new AbortController().signal;
const content = "ya29.very-secret";

export function describeCredentialStore(open: () => Promise<CredentialStoreWorld>): void {
  let world: CredentialStoreWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  it("reads what was put there, by its name only", async () => {
    const credential = { refreshToken: content, scopes: ["mail"], nested: { n: 1, none: null } };
    await world.put("ana/gmail", credential);
    await world.put("ana/slack", { token: "xoxb-1" });
    expect(await world.store.read("ana/gmail", never())).toEqual(credential);
    expect(await world.store.read("ana/slack", never())).toEqual({ token: "xoxb-1" });
    expect(await world.store.read("ben/gmail", never())).toBeUndefined();
  });

  it("has none where nothing was put yet, and sees at once when it is put", async () => {
    expect(await world.store.read("ana/gmail", never())).toBeUndefined();
    await world.put("ana/gmail", { token: content });
    expect(await world.store.read("ana/gmail", never())).toEqual({ token: content });
  });

  it.each(["../../etc/passwd", "__proto__", "constructor", "ana", "ana/gmail/../x", "", "ana/gm ail", "ana/#"])(
    "has none under what is no name of a credential: %s",
    async (ref) => {
      await world.put("ana/gmail", { token: content });
      expect(await world.store.read(ref, never())).toBeUndefined();
    },
  );

  it("says which one it is that cannot be read, and shows nothing of it; the others can be read", async () => {
    await world.put("ana/gmail", { token: content });
    await world.put("ben/gmail", { token: content });
    await world.damage("ana/gmail");
    const error = await world.store.read("ana/gmail", never()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CredentialStoreError);
    expect(String(error)).toContain("ana/gmail");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(content);
    expect(await world.store.read("ben/gmail", never())).toEqual({ token: content });
  });

  it("ends with the signal of the one who asks", async () => {
    await world.put("ana/gmail", { token: content });
    const reason = new Error("the server stops");
    await expect(world.store.read("ana/gmail", AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("answers many at a time", async () => {
    await world.put("ana/gmail", { token: content });
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.store.read("ana/gmail", never())));
    expect(answers).toEqual(answers.map(() => ({ token: content })));
  });

  it("has none any more where it was taken away before it was ever read", async () => {
    await world.put("ana/gmail", { token: content });
    await world.remove("ana/gmail");
    expect(await world.store.read("ana/gmail", never())).toBeUndefined();
  });
}
