import { GatewayError } from '#libs/errors';
import type { AnswerStream, Context } from '#libs/upstream';
import { Assistant, type AssistantMessage, type Piece } from './assistant.port.ts';

/** An in-memory assistant with scripted answers, which keeps every promise of the port. For specs. */
export class AssistantFake extends Assistant {
  /** The messages of the last call. */
  messages: readonly AssistantMessage[] = [];

  /** @param words the answer's pieces @param breaksOffAfter the number of pieces after which the answer fails */
  constructor(
    private readonly words: readonly string[],
    private readonly breaksOffAfter = Infinity,
  ) {
    super();
  }

  async answer(_: Context, messages: readonly AssistantMessage[]): Promise<AnswerStream<Piece>> {
    this.messages = messages;
    let isClosed = false;
    const { words, breaksOffAfter } = this;
    return {
      close: () => void (isClosed = true),
      async *[Symbol.asyncIterator]() {
        for (const [index, text] of words.entries()) {
          if (isClosed) return;
          if (index >= breaksOffAfter) throw new GatewayError('UPSTREAM_UNAVAILABLE');
          yield { text };
        }
        yield { text: '', finishReason: 'stop' };
        yield { text: '', tokens: messages.length + words.length };
      },
    };
  }
}
