/** Example integration sessions: seed 004's three of one user, and one each that is paused, disabled and disconnected. */
import type { ConnectIntegrationInput } from "../generated/operations.js";

/** What somebody does to a session once it is connected. */
export interface SeedSessionEnd {
  readonly how: "PAUSE" | "DISABLE" | "DISCONNECT";
  readonly reason: string;
}

export interface SeedSession {
  /** `userId` and `serviceType` name the session in idempotency keys: never change them. */
  readonly input: Omit<ConnectIntegrationInput, "idempotencyKey" | "startAt"> & { readonly userId: string };
  /** Its first poll is so many days ahead: nothing is asked of a service before somebody has seen to a credential. Absent for what pushes. */
  readonly startInDays?: number;
  readonly end?: SeedSessionEnd;
}

/** The seed writes `https://...lambda-url.us-east-1.on.aws/`; nobody has a function of this name. */
const webhookUrl = "https://example.lambda-url.us-east-1.on.aws/";
const startInDays = 7;

// #region seed 004

const seed004: readonly SeedSession[] = [
  {
    input: {
      userId: "user123",
      serviceType: "gmail",
      webhookUrl,
      pollingIntervalMs: 30_000,
      serviceState: { lastHistoryId: "123456789", emailAddress: "user@company.com" },
      credentialRef: "user123/gmail",
    },
    startInDays,
  },
  {
    input: {
      userId: "user123",
      serviceType: "whatsapp",
      webhookUrl,
      serviceState: {
        lastMessageId: "wamid.ABC123",
        phoneNumber: "+1234567890",
        businessAccountId: "123456789012345",
      },
    },
  },
  {
    input: {
      userId: "user123",
      serviceType: "slack",
      webhookUrl,
      // The least that Slack allows (defect B15).
      pollingIntervalMs: 60_000,
      serviceState: {
        lastEventTs: "1642249800.123456",
        teamId: "T1234567",
        channelIds: ["C1234567", "C7654321"],
      },
      credentialRef: "user123/slack",
    },
    startInDays,
  },
];

// #endregion

const others: readonly SeedSession[] = [
  {
    input: {
      userId: "user456",
      serviceType: "gmail",
      webhookUrl,
      pollingIntervalMs: 300_000,
      serviceState: { emailAddress: "ops@company.com" },
      credentialRef: "user456/gmail",
    },
    startInDays,
    end: { how: "PAUSE", reason: "On holiday until the end of the month" },
  },
  {
    input: {
      userId: "user456",
      serviceType: "http",
      webhookUrl,
      // Of a domain that is kept for examples: nobody's site is ever reached.
      serviceState: {
        url: "https://status.example/incidents.json",
        itemsPath: "/incidents",
        idPath: "/id",
        timePath: "/created_at",
      },
    },
    startInDays,
    end: { how: "DISABLE", reason: "The status page has moved" },
  },
  {
    input: {
      userId: "user456",
      serviceType: "slack",
      webhookUrl,
      serviceState: { teamId: "T1234567", channelIds: ["C1234567"] },
      credentialRef: "user456/slack",
    },
    startInDays,
    end: { how: "DISCONNECT", reason: "Left the team" },
  },
];

export const seedSessions: readonly SeedSession[] = [...seed004, ...others];
