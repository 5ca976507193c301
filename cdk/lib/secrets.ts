/** The secret of the programs. Every value in it is generated on AWS; none is ever in a template. */
import { SecretValue } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { retentionOf } from "./retention.js";
import type { Settings } from "./settings.js";

/** Letters and digits of each key: more than 256 bits. Behind `=` they are 32 bytes in base64, as INTEGRATION_KEY must be. */
const keyLength = 43;

/**
 * A JSON object of variables. Secrets Manager generates one value for a secret, so each key has a secret of its own that generates it, and
 * this one is put together of them by dynamic references, which CloudFormation resolves where nobody sees it. It is written once:
 * what operators change in it (another key, `WEBHOOK_GITHUB_SECRET`) stays, as long as these references stay as they are. So no setting
 * changes them, and a generating secret is never written to.
 */
export function createProgramSecret(scope: Construct, settings: Pick<Settings, "stage">): Secret {
  const { removalPolicy } = retentionOf(settings);
  const generate = (id: string, variable: string): string =>
    new Secret(scope, id, {
      description: `First value of ${variable}. Change it in the secret of the programs, not here`,
      generateSecretString: { passwordLength: keyLength, excludePunctuation: true },
      removalPolicy,
    }).secretValue.unsafeUnwrap();
  // What is unwrapped are references: `{{resolve:secretsmanager:...}}`.
  const values: Readonly<Record<string, string>> = {
    AUTH_SECRET: generate("AuthSecret", "AUTH_SECRET"),
    CURSOR_SECRET: generate("CursorSecret", "CURSOR_SECRET"),
    INTEGRATION_KEY: `${generate("IntegrationKey", "INTEGRATION_KEY")}=`,
  };
  return new Secret(scope, "ProgramSecret", {
    description: "Secret variables of the Opsledger programs, as a JSON object",
    secretObjectValue: Object.fromEntries(
      Object.entries(values).map(([variable, value]) => [variable, SecretValue.unsafePlainText(value)]),
    ),
    removalPolicy,
  });
}

/** Variables that the secret holds from the beginning. */
export const generatedVariables = ["AUTH_SECRET", "CURSOR_SECRET", "INTEGRATION_KEY"] as const;
