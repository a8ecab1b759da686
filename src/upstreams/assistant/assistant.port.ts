import type { Declarations } from '#libs/cache';
import type { AnswerStream, Context } from '#libs/upstream';

/** A message of a conversation. */
export interface AssistantMessage {
  /** The author; `system` gives the assistant its instructions. */
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A piece of an answer. */
export interface Piece {
  /** Continues the last piece; may be empty. */
  text: string;
  /** Why the answer ended, for example `stop` or `length`; undefined before the end. */
  finishReason?: string;
  /** The total tokens read and written; undefined if not reported. */
  tokens?: number;
}

/** The port of a language model. */
export abstract class Assistant {
  /** Nothing is cached: no two conversations are alike. */
  static readonly cache: Declarations<Assistant> = {};

  /**
   * Streams the answer to the last message, with backpressure; it is cancelled when the stream is closed. The context's deadline
   * applies to the opening only.
   * @throws {GatewayError} UPSTREAM_*, also midway
   */
  abstract answer(context: Context, messages: readonly AssistantMessage[]): Promise<AnswerStream<Piece>>;
}
