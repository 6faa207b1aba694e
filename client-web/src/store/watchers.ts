// Who wants to hear of each event of a stream, beside what the stores show: open texts.
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import type { RefusedCommand } from '../sync/ports.js';
import type { Stream } from '../sync/stream.js';

export interface StreamWatcher {
  readonly stream: string;
  /** `seq`: where the stream stands after them. */
  applied(events: readonly Event[], seq: bigint): void;
  changed(stream: Stream): void;
  /** A command of this page is decided and not refused; before its event is applied. */
  saved(cmdNo: bigint): void;
  /** True: the command was this watcher's, and it deals with the refusal. */
  refused(refusal: RefusedCommand): boolean;
}
