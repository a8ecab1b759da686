import type { Declarations } from '#libs/cache';
import type { AnswerStream, Context } from '#libs/upstream';

/** Something said in a conversation. */
export interface Message {
  /** Who says it: `system` tells the assistant what it must know. */
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A piece of an answer. */
export interface Piece {
  /** Goes on where the last piece ended; may be empty. */
  text: string;
  /** Why there is no more text, for example `stop` or `length`; undefined while there may be. */
  finishReason?: string;
  /** How much has been read and written in all, in tokens; undefined where it does not say. */
  tokens?: number;
}

/** What the gateway asks of a language model. */
export abstract class Assistant {
  /** No answer is remembered: each is to another conversation. */
  static readonly cache: Declarations<Assistant> = {};

  /**
   * What it says to the last message, piece by piece as it thinks of it. The context is for the beginning alone; it is read no
   * faster than it is asked for, and stops when the stream is closed.
   * @throws {GatewayError} UPSTREAM_*, also midway
   */
  abstract answer(context: Context, messages: readonly Message[]): Promise<AnswerStream<Piece>>;
}
