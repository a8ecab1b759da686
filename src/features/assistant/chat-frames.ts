import type { ServerSentEvent } from '#gateway/transports/sse/event-stream';
import type { AnswerEvent } from './assistant-answer.ts';

/** Frames an answer as chunks of the chat completions API, then `[DONE]`. */
export async function* chatFrames(events: AsyncIterable<AnswerEvent>): AsyncGenerator<ServerSentEvent> {
  for await (const { type, data } of events) {
    if (type === 'degraded') yield { event: type, data };
    else yield { data: chunk(data.text, data.finishReason) };
  }
  yield { data: '[DONE]' };
}

const chunk = (content: string, finishReason: string | undefined) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: content ? { content } : {}, finish_reason: finishReason ?? null }],
});
