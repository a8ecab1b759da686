import { EventSourceParserStream } from 'eventsource-parser/stream';

interface Chunk {
  choices: { delta: { content?: string } }[];
}

/** Yields the words of an answer as they arrive. */
export async function* send(url: string, token: string, messages: object[]): AsyncGenerator<string> {
  const answer = await fetch(`${url}/v1/assistant/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  for await (const { event, data } of answer
    .body!.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())) {
    if (data === '[DONE]') return;
    if (event === 'error') throw new Error(data);
    if (event === undefined) yield (JSON.parse(data) as Chunk).choices[0]!.delta.content ?? '';
  }
}
