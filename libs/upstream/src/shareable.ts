import type { GatewayError } from '#libs/errors';
import type { AnswerStream } from './answer-stream.ts';
import type { Context } from './context.ts';

/** A stream that can be shared: how it is opened, and how its items are numbered. */
export interface Shareable<Item> {
  /**
   * Opens it from its first item on. The context has no deadline: a server may say nothing, not even its headers, for as long
   * as nothing happens, and the connection notices when it is gone. It ends when nobody follows any more.
   */
  open(context: Context, key: string): Promise<AnswerStream<Item>>;
  /** A sequence number that increases from item to item. */
  numberOf(item: Item): number;
}

/** A follower of a stream. Its callbacks must not throw. */
export interface StreamFollower<Item> {
  onItem(item: Item): void;
  /** The stream has ended, or has failed for good. */
  onEnd(failure?: GatewayError): void;
  /** The stream has been lost for a second and is being reopened, or is back. Missed items follow. */
  onState?(isLost: boolean): void;
}
