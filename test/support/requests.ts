import type { Client } from '#test/support/client';
import type { Shop } from '#test/support/shop';
import { createParser } from 'eventsource-parser';

/** The route of the assistant. */
export const PATH = '/v1/assistant/chat';
/** A new conversation. */
export const question = (content: string) => ({ messages: [{ role: 'user', content }] });

/** A received event. */
export interface Heard {
  event?: string;
  data: string;
}

/** Sends a request with fetch, like a page. `hear` reads the response to its end. */
export async function send(at: Shop, client: Client, body: object, signal?: AbortSignal) {
  const response = await fetch(at.gateway.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}` },
    body: JSON.stringify(body),
    signal,
  });
  const events: Heard[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => void events.push({ event, data }) });
  const hear = async (until: () => boolean = () => false) => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      if (until()) break;
    }
    return events;
  };
  return { response, events, hear };
}

/** The complete text. */
export const textOf = (events: readonly Heard[]): string =>
  events
    .flatMap(({ event, data }) => (event || data === '[DONE]' ? [] : [JSON.parse(data)]))
    .map(({ choices }) => choices[0].delta.content ?? '')
    .join('');
