import type { GatewayError } from '#libs/errors';
import type { AnswerStream } from './answer-stream.ts';
import type { Context } from './context.ts';

/** How a stream is opened, and how its items are counted. */
export interface Shareable<Item> {
  /**
   * Opens it from its first item on. The context has no deadline: a server may say nothing, not even its headers, for as long
   * as nothing happens, and the connection notices when it is gone. It ends when nobody follows any more.
   */
  open(context: Context, key: string): Promise<AnswerStream<Item>>;
  /** Grows from one item to the next. */
  numberOf(item: Item): number;
}

/** Somebody who follows a stream. Nothing of it may throw. */
export interface StreamFollower<Item> {
  onItem(item: Item): void;
  /** There will be no more: it came to its end, or cannot be had. */
  onEnd(failure?: GatewayError): void;
  /** It has been lost for a second, and is being opened again; or it is back. Items that came meanwhile follow. */
  onState?(isLost: boolean): void;
}
