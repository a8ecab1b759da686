import { randomUUID } from 'node:crypto';
import type { AssistantApi } from '#libs/contracts';

/** A token is a word with the white space after it. */
const tokensOf = (text: string): string[] => text.match(/\S+\s*/g) ?? [];

/** An answer in the format of the chat completions API. */
export class Completion {
  private readonly head;
  private readonly tokens: string[];
  private readonly usage: AssistantApi['ChatUsage'];

  constructor(
    model: string,
    requested: readonly AssistantApi['ChatMessage'][],
    private readonly text: string,
  ) {
    this.head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
    this.tokens = tokensOf(text);
    const prompt = requested.reduce((sum, { content }) => sum + tokensOf(content).length, 0);
    const { length } = this.tokens;
    this.usage = { prompt_tokens: prompt, completion_tokens: length, total_tokens: prompt + length };
  }

  /** The whole answer as one response. */
  whole(): AssistantApi['ChatCompletion'] {
    const message = { role: 'assistant' as const, content: this.text };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return { ...this.head, object: 'chat.completion', choices, usage: this.usage };
  }

  /** The answer as a stream of tokens. @param withUsage whether the last chunk reports the number of tokens */
  *chunks(withUsage: boolean): Generator<AssistantApi['ChatChunk']> {
    yield this.chunk({ role: 'assistant', content: '' });
    for (const content of this.tokens) yield this.chunk({ content });
    yield this.chunk({}, 'stop');
    if (withUsage) yield { ...this.head, object: 'chat.completion.chunk', choices: [], usage: this.usage };
  }

  private chunk(delta: object, finishReason: string | null = null): AssistantApi['ChatChunk'] {
    const choices = [{ index: 0, delta, finish_reason: finishReason }];
    return { ...this.head, object: 'chat.completion.chunk', choices };
  }
}
