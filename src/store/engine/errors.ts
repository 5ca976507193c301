/** Why an engine cannot be had: for want of one, because its data folder is taken, or because it did not start. */

/** No engine runs on this machine as asked. The message says why and names the ways out. */
export class NoEngineError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      [
        `No DynamoDB engine: ${reason}.`,
        "Ways out:",
        "  DYNAMODB_ENDPOINT=<url>            use a DynamoDB-compatible server that already runs",
        "  OPSLEDGER_ENGINE=aws               use DynamoDB on AWS, with the credentials of the AWS SDK",
        "  OPSLEDGER_ENGINE=dynamodb-local    use Amazon's DynamoDB Local, installed on demand (needs Java 17 or later)",
      ].join("\n"),
      options,
    );
    this.name = "NoEngineError";
  }
}

/** Another server keeps its data in this folder; two engines on one file would lose writes. */
export class DataDirInUseError extends Error {
  constructor(
    readonly dataDir: string,
    /** The process id of the engine that runs there; undefined where it has not said so yet. */
    readonly pid: number | undefined,
  ) {
    const holder = pid === undefined ? "an engine that is just starting" : `the engine with process id ${pid}`;
    super(
      `The data folder ${dataDir} is in use by ${holder}. Stop the other server, or give this one a folder of its own with DATA_DIR.`,
    );
    this.name = "DataDirInUseError";
  }
}

/** The engine was started and ended, or did not answer in time. The message carries what it wrote itself. */
export class EngineStartError extends Error {
  constructor(
    message: string,
    readonly stderr: string,
    options?: ErrorOptions,
  ) {
    super(stderr === "" ? message : `${message}: ${stderr}`, options);
    this.name = "EngineStartError";
  }
}
