import { EventSourceParserStream } from 'eventsource-parser/stream';

/** Renders the home page part by part as they arrive. */
export async function home(url: string, token: string, onPart: (soFar: object) => void): Promise<object> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const answer = await fetch(`${url}/v1/home`, { headers });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  let page = {};
  for await (const { event, data } of answer
    .body!.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())) {
    if (event === 'error') throw new Error(data);
    page = { ...page, ...(JSON.parse(data) as object) };
    onPart(page);
  }
  return page;
}
