import type { Client } from '#test/support/client';
import type { Shop } from '#test/support/shop';
import { createParser } from 'eventsource-parser';

/** Where the assistant is asked. */
export const PATH = '/v1/assistant/chat';
/** A conversation that begins. */
export const question = (content: string) => ({ messages: [{ role: 'user', content }] });

/** An event, as it came. */
export interface Heard {
  event?: string;
  data: string;
}

/** Asks with fetch, as a page would. `hear` reads to the end. */
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

/** What was said in all. */
export const textOf = (events: readonly Heard[]): string =>
  events
    .flatMap(({ event, data }) => (event || data === '[DONE]' ? [] : [JSON.parse(data)]))
    .map(({ choices }) => choices[0].delta.content ?? '')
    .join('');
