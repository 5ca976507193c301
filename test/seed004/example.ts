/** Seed 004's attributes, service states and index definitions, as it spells them. */

/** The examples of its attributes; their times without milliseconds. */
export const seedItem = {
  userId: "user123",
  serviceType: "gmail",
  sessionId: "user123#gmail",
  webhookUrl: "https://example.lambda-url.us-east-1.on.aws/",
  isActive: true,
  pollingIntervalMs: 30000,
  createdAt: "2024-01-15T10:30:00Z",
  lastPollAt: "2024-01-15T10:35:00Z",
  errorCount: 0,
};

/** Its states of services. */
export const seedStates = {
  gmail: {
    lastHistoryId: "123456789",
    emailAddress: "user@company.com",
  },
  whatsapp: {
    lastMessageId: "wamid.ABC123",
    phoneNumber: "+1234567890",
    businessAccountId: "123456789012345",
  },
  slack: {
    lastEventTs: "1642249800.123456",
    teamId: "T1234567",
    channelIds: ["C1234567", "C7654321"],
  },
};

/** Keys of its table, and of its indexes. */
export const seedTable = {
  key: ["userId", "serviceType"],
  indexes: {
    "ServiceType-Index": ["serviceType", "lastPollAt"],
    "Active-Sessions-Index": ["isActive", "lastPollAt"],
  },
} as const;
