/** Signatures: published vectors are taken, and anything else is not. The vectors are those of the sources' documentation. */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createGenericVerifier } from "../../../src/adapters/webhooks/genericSignature.js";
import { createGithubVerifier } from "../../../src/adapters/webhooks/githubSignature.js";
import { createSlackVerifier } from "../../../src/adapters/webhooks/slackSignature.js";
import { createTrelloVerifier } from "../../../src/adapters/webhooks/trelloSignature.js";
import type { RawDelivery, VerifySignature } from "../../../src/adapters/webhooks/webhook.js";

const deliveryOf = (headers: Record<string, string>, body: string | Buffer): RawDelivery => {
  const bytes = Buffer.from(body);
  const text = bytes.toString("utf8");
  return { headers, body: bytes, text: Buffer.from(text).equals(bytes) ? text : undefined };
};

const notTaken = { ok: false, problem: "BAD_SIGNATURE" };
const notText = Buffer.from([0x7b, 0xff, 0x7d]);

/** Whatever is in the header, it is not taken, and nothing is thrown. */
async function refusesAnything(verify: VerifySignature, header: string, more: Record<string, string> = {}) {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary-ascii" }), fc.string(), async (signature, body) => {
      expect((await verify(deliveryOf({ ...more, [header]: signature }, body))).ok).toBe(false);
    }),
    { numRuns: 200 },
  );
}

describe("GitHub's signature", () => {
  const vectors = [
    ["It's a Secret to Everybody", "Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"],
    ["mysecret", '{"foo":"bar"}', "4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3"],
  ] as const;
  const sign = (secret: string, body: string | Buffer) =>
    `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const verify = createGithubVerifier({ secrets: { current: "mysecret", previous: "oldsecret" } });

  it.each(vectors)("is taken: secret %s, body %s", async (secret, body, hex) => {
    const taken = { ok: true, scheme: "GITHUB_SHA256", secret: "CURRENT" };
    const verifier = createGithubVerifier({ secrets: { current: secret } });
    expect(await verifier(deliveryOf({ "x-hub-signature-256": `sha256=${hex}` }, body))).toEqual(taken);
  });

  it("is taken by the secret before, and says so", async () => {
    const headers = { "x-hub-signature-256": sign("oldsecret", "{}") };
    expect(await verify(deliveryOf(headers, "{}"))).toMatchObject({ ok: true, secret: "PREVIOUS" });
    const rotated = createGithubVerifier({ secrets: { current: "mysecret" } });
    expect(await rotated(deliveryOf(headers, "{}"))).toEqual(notTaken);
  });

  it("is over the bytes: a body with other spaces, or with its byte order mark left out, is another", async () => {
    for (const [signed, sent] of [
      ['{"a": 1}', '{"a":1}'],
      ["\ufeff{}", "{}"],
      ["{}", "\ufeff{}"],
    ] as const) {
      expect(await verify(deliveryOf({ "x-hub-signature-256": sign("mysecret", signed) }, sent))).toEqual(notTaken);
    }
    const marked = deliveryOf({ "x-hub-signature-256": sign("mysecret", "\ufeff{}") }, "\ufeff{}");
    expect((await verify(marked)).ok).toBe(true);
  });

  it("is not taken where it is empty, of another kind, or over nothing", async () => {
    for (const signature of [
      "",
      "sha256=",
      sign("mysecret", "{}").toUpperCase(),
      sign("mysecret", "{}").slice(0, -1),
    ]) {
      expect(await verify(deliveryOf({ "x-hub-signature-256": signature }, "{}"))).toEqual(notTaken);
    }
    expect(await verify(deliveryOf({ "x-hub-signature-256": sign("mysecret", "") }, ""))).toEqual(notTaken);
  });

  it("is not looked for in what is no text", async () => {
    const headers = { "x-hub-signature-256": sign("mysecret", notText) };
    expect(await verify(deliveryOf(headers, notText))).toEqual({ ok: false, problem: "NOT_TEXT" });
  });

  it("is nothing that somebody could guess", () => refusesAnything(verify, "x-hub-signature-256"));
});

describe("Slack's signature", () => {
  const secret = "8f742231b10e8888abcd99yyyzzz85a5";
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  const signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
  const sentAt = 1_531_420_618;
  const headers = { "x-slack-signature": signature, "x-slack-request-timestamp": String(sentAt) };
  const at = (seconds: number, secrets = { current: secret }) =>
    createSlackVerifier({ secrets, clock: { now: () => new Date(seconds * 1_000).toISOString() } });

  it("is taken, as Slack's documentation shows it", async () => {
    const taken = { ok: true, scheme: "SLACK_V0", secret: "CURRENT" };
    expect(await at(sentAt)(deliveryOf(headers, body))).toEqual(taken);
    const rotating = at(sentAt, { current: "new", previous: secret } as { current: string });
    expect(await rotating(deliveryOf(headers, body))).toMatchObject({ ok: true, secret: "PREVIOUS" });
  });

  it("is good for five minutes, before and behind", async () => {
    for (const off of [300, -300]) expect((await at(sentAt + off)(deliveryOf(headers, body))).ok).toBe(true);
    for (const off of [301, -301]) {
      expect(await at(sentAt + off)(deliveryOf(headers, body))).toEqual({ ok: false, problem: "STALE" });
    }
  });

  it("holds its time: another time needs another signature", async () => {
    const later = { ...headers, "x-slack-request-timestamp": String(sentAt + 1) };
    expect(await at(sentAt)(deliveryOf(later, body))).toEqual(notTaken);
  });

  it.each(["", "now", "1e9", "-1", "1531420618.5", " 1531420618", "9".repeat(40)])(
    "is not taken with the time %j",
    async (time) => {
      const odd = { ...headers, "x-slack-request-timestamp": time };
      expect(await at(sentAt)(deliveryOf(odd, body))).toEqual(notTaken);
    },
  );

  it("is over the bytes, also where they are no text", async () => {
    const raw = createHmac("sha256", secret).update(`v0:${sentAt}:`).update(notText).digest("hex");
    expect((await at(sentAt)(deliveryOf({ ...headers, "x-slack-signature": `v0=${raw}` }, notText))).ok).toBe(true);
  });

  it("is nothing that somebody could guess", () =>
    refusesAnything(at(sentAt), "x-slack-signature", { "x-slack-request-timestamp": String(sentAt) }));
});

describe("Trello's signature", () => {
  const callbackUrl = "https://example.com/trelloCallbacks/?memberID=14";
  const body = '{"action":{"type":"updateCard","data":{"text":"café"}}}';
  const verify = createTrelloVerifier({ secrets: { current: "trello-app-secret", previous: "old" }, callbackUrl });

  it.each([
    ["the bytes", "YuziN9zF2HWLbR9jiwI0zOUsCtw="],
    ["the low bytes of its characters, as the older documentation has it", "HmsuEnFxYyIxwv3Qwp+qWhqZy+Y="],
  ])("is taken over %s", async (_what, signature) => {
    const taken = { ok: true, scheme: "TRELLO_SHA1", secret: "CURRENT" };
    expect(await verify(deliveryOf({ "x-trello-webhook": signature }, body))).toEqual(taken);
  });

  it("over the older form is taken only where no other text has the same bytes", async () => {
    const narrow = (text: string) => createHmac("sha1", "old").update(Buffer.from(text, "latin1")).update(callbackUrl);
    // The second text is what another sender could make of the first: the low bytes, or the signed bytes, are the same.
    for (const [signed, sent] of [
      ["\u2192 Done", "\u0192 Done"],
      ["\u2192 Done", "\u2192 Done"],
      [Buffer.from("caf\u00e9").toString("latin1"), Buffer.from("caf\u00e9").toString("latin1")],
    ] as const) {
      const delivery = deliveryOf({ "x-trello-webhook": narrow(signed).digest("base64") }, sent);
      expect(await verify(delivery)).toEqual(notTaken);
    }
    expect(
      (await verify(deliveryOf({ "x-trello-webhook": narrow("caf\u00e9").digest("base64") }, "caf\u00e9"))).ok,
    ).toBe(true);
  });

  it("is taken by the secret before, and says so", async () => {
    const signature = createHmac("sha1", "old").update(body).update(callbackUrl).digest("base64");
    const verified = await verify(deliveryOf({ "x-trello-webhook": signature }, body));
    expect(verified).toMatchObject({ ok: true, secret: "PREVIOUS" });
  });

  it("is for one address, to the last character", async () => {
    const elsewhere = createTrelloVerifier({
      secrets: { current: "trello-app-secret" },
      callbackUrl: "https://example.com/trelloCallbacks?memberID=14",
    });
    const delivery = deliveryOf({ "x-trello-webhook": "YuziN9zF2HWLbR9jiwI0zOUsCtw=" }, body);
    expect(await elsewhere(delivery)).toEqual(notTaken);
  });

  it("is nothing that somebody could guess", () => refusesAnything(verify, "x-trello-webhook"));
});

describe("a signature by Standard Webhooks", () => {
  const current = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  const previous = `whsec_${Buffer.alloc(24, 2).toString("base64")}`;
  const body = '{"type":"build.done"}';
  const signed = (secret: string, age = 0, sent = body) => {
    const at = new Date(Date.now() - age * 1_000);
    return {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new StandardWebhook(secret).sign("msg_1", at, sent),
    };
  };
  const verify = createGenericVerifier({ secrets: { current, previous } });

  it("is taken by either secret, and says which", async () => {
    const taken = { ok: true, scheme: "STANDARD_WEBHOOKS" };
    expect(await verify(deliveryOf(signed(current), body))).toEqual({ ...taken, secret: "CURRENT" });
    expect(await verify(deliveryOf(signed(previous), body))).toEqual({ ...taken, secret: "PREVIOUS" });
  });

  it("is taken where it is one of several", async () => {
    const headers = signed(current);
    const several = { ...headers, "webhook-signature": `v1a,abc v1,AAAA ${headers["webhook-signature"]}` };
    expect((await verify(deliveryOf(several, body))).ok).toBe(true);
  });

  it("is good for five minutes, before and behind", async () => {
    for (const age of [360, -360]) {
      expect(await verify(deliveryOf(signed(current, age), body))).toEqual({ ok: false, problem: "STALE" });
    }
    for (const age of [240, -240]) expect((await verify(deliveryOf(signed(current, age), body))).ok).toBe(true);
  });

  it("holds id and body: others need another signature", async () => {
    const headers = signed(current);
    expect(await verify(deliveryOf({ ...headers, "webhook-id": "msg_2" }, body))).toEqual(notTaken);
    expect(await verify(deliveryOf(headers, `${body} `))).toEqual(notTaken);
    expect(await verify(deliveryOf({ ...headers, "webhook-signature": "v1" }, body))).toEqual(notTaken);
    expect(await verify(deliveryOf({ ...headers, "webhook-timestamp": "soon" }, body))).toEqual(notTaken);
  });

  it("is not looked for in what is no text", async () => {
    expect(await verify(deliveryOf(signed(current), notText))).toEqual({ ok: false, problem: "NOT_TEXT" });
  });

  it("is nothing that somebody could guess", () =>
    refusesAnything(verify, "webhook-signature", {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(Date.now() / 1_000)),
    }));
});
