import type { Sent } from '#gateway/transports/sse/event-stream';
import type { Relayed } from '#gateway/transports/sse/relay';
import type { Piece } from '#gateway/upstreams/assistant/assistant.port';
import type { AnswerStream, Degraded } from '#libs/upstream';

/** So many tokens cost as much as an ordinary question. */
const TOKENS_OF_A_UNIT = 100;

/** An answer as clients get it: chunks of the chat completions API, then `[DONE]`. */
export class Chunks implements Relayed {
  private tokens = 0;

  /** @param degraded what the assistant was not told @param mostCost what may be asked for it at most */
  constructor(
    private readonly pieces: AnswerStream<Piece>,
    private readonly degraded: readonly Degraded[],
    private readonly mostCost: number,
  ) {}

  get cost(): number {
    return Math.min(this.mostCost, 1 + Math.ceil(this.tokens / TOKENS_OF_A_UNIT));
  }

  close(): void {
    this.pieces.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sent> {
    if (this.degraded.length) yield { event: 'degraded', data: { degraded: this.degraded } };
    for await (const { text, finishReason, tokens } of this.pieces) {
      // Who leaves midway has had this much: it tells of the whole only at its end.
      this.tokens = tokens ?? this.tokens + 1;
      if (text || finishReason) yield { data: chunk(text, finishReason) };
    }
    yield { data: '[DONE]' };
  }
}

const chunk = (content: string, finishReason: string | undefined) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: content ? { content } : {}, finish_reason: finishReason ?? null }],
});
