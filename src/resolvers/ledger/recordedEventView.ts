/** A recorded event as an object of the schema. */
import type { Recorded } from "../../domain/kernel/event.js";
import type { RecordedEvent } from "../../schema/ledger/event.type.js";
import type { CursorCodec } from "../cursor.js";
import { withoutSecrets } from "../integrations/masking.js";

export function toRecordedEventView(cursors: CursorCodec, recorded: Recorded): RecordedEvent {
  const { streamId, version, causationId, actor, ...rest } = recorded;
  return {
    ...rest,
    data: withoutSecrets(recorded),
    streamId,
    version,
    actor: { ...actor },
    ...(causationId === undefined ? {} : { causationId }),
    position: cursors.encodePosition({ kind: "stream", stream: { streamId, version } }),
  };
}
