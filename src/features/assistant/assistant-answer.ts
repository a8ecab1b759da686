import type { Piece } from '#gateway/upstreams/assistant/assistant.port';
import type { AnswerStream, Degraded } from '#libs/upstream';

/** A part of an answer: what the assistant was not told, then its text, piece by piece. */
export type AnswerEvent =
  | { type: 'degraded'; data: { degraded: readonly Degraded[] } }
  | { type: 'text'; data: Pick<Piece, 'text' | 'finishReason'> };

/** So many tokens cost as much as an ordinary question. */
const TOKENS_OF_A_UNIT = 100;

/** An answer as it comes, and what it costs. */
export class AssistantAnswer implements AnswerStream<AnswerEvent> {
  private tokens = 0;

  /** @param degraded the facts missing from the prompt @param maxCost the upper bound of the cost */
  constructor(
    private readonly pieces: AnswerStream<Piece>,
    private readonly degraded: readonly Degraded[],
    private readonly maxCost: number,
  ) {}

  /** In units of the limiter: what was read and written so far. */
  get cost(): number {
    return Math.min(this.maxCost, 1 + Math.ceil(this.tokens / TOKENS_OF_A_UNIT));
  }

  close(): void {
    this.pieces.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AnswerEvent> {
    if (this.degraded.length) yield { type: 'degraded', data: { degraded: this.degraded } };
    for await (const { text, finishReason, tokens } of this.pieces) {
      // Total tokens come at the end only; until then each piece counts as one, for clients that leave midway.
      this.tokens = tokens ?? this.tokens + 1;
      if (text || finishReason) yield { type: 'text', data: { text, finishReason } };
    }
  }
}
