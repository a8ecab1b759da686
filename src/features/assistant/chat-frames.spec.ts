import { describe, expect, it } from '@jest/globals';
import type { AnswerEvent } from './assistant-answer.ts';
import { chatFrames } from './chat-frames.ts';

async function framesOf(...events: AnswerEvent[]) {
  const frames: unknown[] = [];
  const answer = (async function* () {
    yield* events;
  })();
  for await (const frame of chatFrames(answer)) frames.push(frame);
  return frames;
}

const chunk = (delta: object, finish_reason: string | null) => ({
  data: { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] },
});

describe('an answer of the assistant is framed', () => {
  it('as chunks of the chat completions API, then [DONE]', async () => {
    const text = { type: 'text', data: { text: 'A lamp.' } } as const;
    const end = { type: 'text', data: { text: '', finishReason: 'stop' } } as const;
    expect(await framesOf(text, end)).toEqual([
      chunk({ content: 'A lamp.' }, null),
      chunk({}, 'stop'),
      { data: '[DONE]' },
    ]);
  });

  it('with what the assistant was not told as an event of its own', async () => {
    const data = { degraded: [{ part: 'orders', reason: 'TIMEOUT' }] } as const;
    expect(await framesOf({ type: 'degraded', data })).toEqual([{ event: 'degraded', data }, { data: '[DONE]' }]);
  });
});
