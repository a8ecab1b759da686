import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../client.ts';
import { events, hangUp, json, problem, scriptedGateway, type Step } from '../gateway.fixture.ts';
import { askAssistant, followNotifications, followOrder } from '../generated/operations.ts';
import type { StreamOptions } from './stream-events.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function gateway(...steps: Step[]) {
  const found = await scriptedGateway(...steps);
  opened.push(found);
  return { ...found, client: createClient({ baseUrl: found.url }) };
}

/** All events of a stream of notifications, and the positions at which its connections were opened. */
async function followed(steps: Step[], options: StreamOptions = {}) {
  const { client, requests } = await gateway(...steps);
  const seen = [];
  for await (const { event, data } of followNotifications(client, {}, options)) seen.push([event, data]);
  return { seen, positions: requests.map(({ headers }) => headers['last-event-id']), requests };
}

const event = (name: string, data: object, id?: string) =>
  `${id ? `id: ${id}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const SOON = 'retry: 1\n\n';
const END = event('end', { reason: 'complete' });

describe('a followed stream', () => {
  it('resumes after its last event when the connection breaks', async () => {
    const broken: Step = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(SOON + event('order.placed', { n: 1 }, '1-0'), () => response.destroy());
    };
    const { seen, positions } = await followed([
      broken,
      hangUp,
      events(event('order.moved', { n: 2 }, '2-0') + END),
    ]);
    expect(seen).toEqual([
      ['order.placed', { n: 1 }],
      ['order.moved', { n: 2 }],
      ['end', { reason: 'complete' }],
    ]);
    expect(positions).toEqual([undefined, '1-0', '1-0']);
  });

  it('resumes where it began, if its connection breaks before the first event', async () => {
    const { positions } = await followed([events(`${SOON}id: 3-0\n\n`), events(END)]);
    expect(positions).toEqual([undefined, '3-0']);
  });

  it('passes gaps on, since only the page knows what to load again', async () => {
    const { seen } = await followed([events(event('gap', { lastEventId: '1-0' }) + END)], { lastEventId: '1-0' });
    expect(seen[0]).toEqual(['gap', { lastEventId: '1-0' }]);
  });

  it.each([
    ['expired', event('end', { reason: 'expired' })],
    ['ended by an operator', event('end', { reason: 'operator' })],
    ['overflowed', event('overflow', { heldBytes: 300_000 })],
    ['its gateway stops', `retry: 1\n${event('shutdown', {})}`],
    ['it ends without a word', ''],
  ])('reconnects by itself when it is over: %s', async (_, last) => {
    let reconnects = 0;
    const steps = [events(SOON + event('order.placed', {}, '5-0') + last), events(END)];
    const { seen, positions } = await followed(steps, { onReconnect: () => reconnects++ });
    expect(seen.map(([name]) => name)).toEqual(['order.placed', 'end']);
    expect([positions, reconnects]).toEqual([[undefined, '5-0'], 1]);
  });

  it.each(['complete', 'logout', 'password', 'reuse'])('ends with the reason %s, and for good', async (reason) => {
    const { seen, positions } = await followed([events(event('end', { reason }))]);
    expect([seen, positions.length]).toEqual([[['end', { reason }]], 1]);
  });

  it('ends where no more events follow', async () => {
    expect((await followed([(response) => response.writeHead(204).end()])).seen).toEqual([]);
  });

  it('is opened again later where it is refused for now, and throws where it is refused', async () => {
    const busy = problem(503, 'OVERLOADED', { 'retry-after': '0' });
    const slow: Step = (response) => events(SOON)(response, {} as never);
    expect((await followed([slow, busy, busy, events(END)])).positions.length).toBe(4);
    await expect(followed([problem(403, 'FORBIDDEN')])).rejects.toMatchObject({ failure: { code: 'FORBIDDEN' } });
  });

  it('is opened again when it is silent for too long', async () => {
    const silent: Step = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(SOON);
    };
    expect((await followed([silent, events(END)], { idleTimeoutMs: 50 })).positions.length).toBe(2);
  });

  it('ends by the signal of its caller, without an error', async () => {
    const controller = new AbortController();
    const held: Step = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event('order.placed', {}));
    };
    const { client } = await gateway(held);
    const seen = [];
    for await (const { event: name } of followNotifications(client, {}, { signal: controller.signal })) {
      seen.push(name);
      controller.abort();
    }
    expect(seen).toEqual(['order.placed']);
  });
});

describe('a polled stream', () => {
  it('asks for what comes after its last event, until the end', async () => {
    const { client, requests } = await gateway(
      json(200, { events: [{ id: '1', event: 'status', data: { step: 1 } }] }),
      problem(503, 'OVERLOADED'),
      json(200, {
        events: [
          { id: '2', event: 'status', data: { step: 2 } },
          { event: 'end', data: { reason: 'complete' } },
        ],
      }),
    );
    const seen = [];
    for await (const { id, event: name } of followOrder(client, { id: 'o1' }, { transport: 'poll' }))
      seen.push(id ?? name);
    expect(seen).toEqual(['1', '2', 'end']);
    expect(requests.map(({ url }) => url)).toEqual([
      '/v1/orders/o1/events?wait=25',
      '/v1/orders/o1/events?after=1&wait=25',
      '/v1/orders/o1/events?after=1&wait=25',
    ]);
  });
});

describe('a poll that is ended before its time', () => {
  it('is the last one where the answer is 204', async () => {
    const { client, requests } = await gateway((response) => response.writeHead(204).end());
    const seen = [];
    for await (const { id } of followOrder(client, { id: 'o1' }, { transport: 'poll' })) seen.push(id);
    expect([seen, requests.length]).toEqual([[], 1]);
  });

  it('is repeated where its gateway stops, after its last event and its delay', async () => {
    const { client, requests } = await gateway(
      json(200, {
        events: [
          { id: '1', event: 'status', data: {} },
          { event: 'shutdown', data: {}, retry: 1 },
        ],
      }),
      json(200, { events: [{ event: 'end', data: { reason: 'complete' } }] }),
    );
    const seen = [];
    for await (const { event: name } of followOrder(client, { id: 'o1' }, { transport: 'poll' })) seen.push(name);
    expect(seen).toEqual(['status', 'end']);
    expect(requests.at(-1)!.url).toBe('/v1/orders/o1/events?after=1&wait=25');
  });
});

describe('a streamed answer', () => {
  const question = { messages: [{ role: 'user' as const, content: 'Hello' }] };
  const read = async (...steps: Step[]) => {
    const seen = [];
    const { client } = await gateway(...steps);
    for await (const { data } of askAssistant(client, question)) seen.push(data);
    return seen;
  };

  it('ends at its end', async () => {
    expect(await read(events('data: {"n":1}\n\ndata: [DONE]\n\n'))).toEqual([{ n: 1 }]);
  });

  it('throws what failed, and where it breaks off: half an answer is none', async () => {
    await expect(read(events('data: {"n":1}\n\n'))).rejects.toMatchObject({ failure: { code: 'NETWORK' } });
    const error = event('error', {
      code: 'UPSTREAM_TIMEOUT',
      status: 504,
      title: 'Gateway timeout',
      requestId: 'r1',
    });
    await expect(read(events(error))).rejects.toMatchObject({
      failure: { code: 'UPSTREAM_TIMEOUT', status: 504 },
    });
  });
});
