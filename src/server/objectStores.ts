/** The object stores that the configuration asks for. */
import { createFolderObjectStore } from "../adapters/objectStore/folder.js";
import type { Config } from "../config/config.js";
import type { ObjectStore } from "../domain/kernel/index.js";

export interface ObjectStores {
  readonly objects: ObjectStore;
  /** For archives; the same one, unless they have a bucket of their own. */
  readonly archiveObjects: ObjectStore;
  close(): void;
}

/**
 * Whether the objects are in a folder, while the tables are not in the folder's DATA_DIR but elsewhere: then others who use them may
 * not see what is put there.
 */
export function isFolderBesideTables({
  objectStore,
  dynamodbEndpoint,
  engine,
}: Pick<Config, "objectStore" | "dynamodbEndpoint" | "engine">): boolean {
  return objectStore.kind === "folder" && (dynamodbEndpoint !== undefined || engine === "aws");
}

/**
 * Why a server must not archive by itself: of tables on AWS others have the rows, too, and no other machine has this one's folder. At an
 * endpoint of one's own the servers may share a mount.
 */
export function archiveRefusal(
  config: Pick<Config, "objectStore" | "dynamodbEndpoint" | "engine">,
): string | undefined {
  if (!isFolderBesideTables(config) || config.dynamodbEndpoint !== undefined) return undefined;
  return "incidents are not archived: the tables are on AWS, and OBJECT_STORE is a folder of this machine; set OBJECT_STORE=s3";
}

export async function createObjectStores({ objectStore: asked }: Pick<Config, "objectStore">): Promise<ObjectStores> {
  if (asked.kind === "folder") {
    const objects = createFolderObjectStore({ folder: asked.folder });
    return { objects, archiveObjects: objects, close: () => undefined };
  }
  // Not loaded where it is not used: it takes a while.
  const { createS3ObjectStore } = await import("../adapters/objectStore/s3.js");
  const { bucket, archiveBucket, endpoint, region } = asked;
  const objects = createS3ObjectStore({ bucket, variable: "OBJECT_BUCKET", endpoint, region });
  if (archiveBucket === undefined || archiveBucket === bucket) {
    return { objects, archiveObjects: objects, close: () => objects.close() };
  }
  const archives = createS3ObjectStore({ bucket: archiveBucket, variable: "ARCHIVE_BUCKET", endpoint, region });
  return {
    objects,
    archiveObjects: archives,
    close: () => {
      objects.close();
      archives.close();
    },
  };
}
