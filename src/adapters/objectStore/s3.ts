/** The object store on Amazon S3, or on a server that speaks its protocol. */
import { Readable, addAbortSignal } from "node:stream";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ObjectStore } from "../../domain/kernel/objectStore.js";
import { clientConfig } from "../aws/clientConfig.js";
import type { AwsAddress } from "../aws/clientConfig.js";
import { inTime } from "../inTime.js";
import { toKey } from "./keys.js";
import { ObjectStoreError, is, toStoreError } from "./s3Errors.js";

export interface S3ObjectStoreDeps extends AwsAddress {
  readonly bucket: string;
  /** The variable that names the bucket, for whoever reads an error. */
  readonly variable: string;
  /** Milliseconds for a put, get or delete with all its tries. @default 25,000 */
  readonly milliseconds?: number | undefined;
  /** Bytes that an object may have. @default 64 MiB */
  readonly maxBytes?: number | undefined;
}

export interface S3ObjectStore extends ObjectStore {
  close(): void;
}

/** Tries of what the SDK does not try again itself: content that was cut off or changed on its way, and writers that met. */
const triesAtMost = 3;

/**
 * Creates the store. It needs the permissions `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject` on the bucket's objects, and
 * `s3:ListBucket` on the bucket: without that S3 says of a missing object that access is denied. How objects are encrypted says the
 * bucket. Their checksums are sent along and checked when they are read. Throws an UnavailableError where another try may help, and an
 * ObjectStoreError where somebody must put something right.
 */
export function createS3ObjectStore(deps: S3ObjectStoreDeps): S3ObjectStore {
  const { bucket: Bucket, milliseconds = 25_000, maxBytes = 64 * 1_024 * 1_024 } = deps;
  const client = new S3Client({
    ...clientConfig({ requestMilliseconds: 10_000, ...deps }, { maxAttempts: triesAtMost }),
    // Other servers than AWS rarely have a host name for each bucket.
    forcePathStyle: deps.endpoint !== undefined,
  });

  const asking = async <T>(what: "put" | "get" | "delete", work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await inTime({ milliseconds }, work);
    } catch (error) {
      throw toStoreError(error, what, deps);
    }
  };

  const read = async (Key: string, abortSignal: AbortSignal): Promise<string | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
      return Body instanceof Readable ? await textOf(Body, { maxBytes, signal: abortSignal }) : "";
    } catch (error) {
      if (is(error, "NoSuchKey")) return undefined;
      throw error;
    }
  };

  return {
    async put(key, content, { once } = { once: false }) {
      const Key = toKey(key);
      const Body = Buffer.from(content);
      if (Body.length > maxBytes) throw new ObjectStoreError(`an object has more than ${maxBytes} bytes`);
      const given = { Bucket, Key, Body, ContentType: typeOf(Key), ...(once ? { IfNoneMatch: "*" } : {}) };
      await asking("put", (abortSignal) =>
        trying(abortSignal, async () => {
          try {
            await client.send(new PutObjectCommand(given), { abortSignal });
          } catch (error) {
            if (!once || !is(error, "PreconditionFailed")) throw error;
          }
        }),
      );
    },
    async get(key) {
      const Key = toKey(key);
      return asking("get", (signal) => trying(signal, () => read(Key, signal)));
    },
    async delete(key) {
      const Key = toKey(key);
      await asking("delete", (abortSignal) => client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal }));
    },
    close: () => client.destroy(),
  };
}

/** What went wrong behind the SDK's own tries, or is none of its business. */
async function trying<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isWorth = error instanceof BrokenContent || is(error, "ConditionalRequestConflict");
      if (!isWorth || tries >= triesAtMost || signal.aborted) throw error;
    }
  }
}

/** The content was cut off, or is not what its checksum says. */
class BrokenContent extends Error {}

async function textOf(
  body: Readable,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Chunks of an answer of Node's own client.
    for await (const chunk of addAbortSignal(signal, body) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new ObjectStoreError(`an object has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    body.destroy();
    if (error instanceof ObjectStoreError) throw error;
    throw new BrokenContent("an object did not come as it is kept", { cause: error });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function typeOf(key: string): string {
  return key.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
}
