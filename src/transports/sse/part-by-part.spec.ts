import { type Served, serve } from '#gateway/edge/listener/server.fixture';
import { openStreamsOf } from '#gateway/edge/streams/open-streams.fixture';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PartByPart } from './part-by-part.ts';

const { streams, stop } = openStreamsOf();
let served: Served;
/** What is asked for. */
let find: (context: Context) => Promise<object>;

beforeAll(async () => {
  const parts = new PartByPart(streams);
  served = await serve((server) => {
    server.get('/home', async (request, reply) => {
      const answer = await parts.answer(request, reply, () => find(request.context));
      return answer ?? reply;
    });
  });
});
afterAll(async () => {
  stop();
  await served.stop();
});

const request = (accept = 'text/event-stream') => fetch(`${served.url}/home`, { headers: { accept } });
const eventsOf = async (response: Response) =>
  (await response.text())
    .split('\n\n')
    .slice(1, -1)
    .map((frame) => {
      const [, event, data] = /^event: (\S+)\ndata: (.*)$/.exec(frame)!;
      return [event, JSON.parse(data!) as object];
    });

describe('an answer part by part', () => {
  it('is the plain answer for who prefers JSON, and no part is published', async () => {
    find = async ({ onPart }) => ({ hasListener: onPart !== undefined });
    const response = await request('application/json');
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({ hasListener: false });
  });

  it('has an event for each part when it is there, and `complete` with all that was not told', async () => {
    let release = () => {};
    find = async (context) => {
      context.onPart!('orders', ['o1'], []);
      await new Promise<void>((resolve) => (release = resolve));
      context.onPart!('products', ['p1'], []);
      return { orders: ['o1'], products: ['p1'], degraded: [] };
    };
    const response = await request();
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    // The first part came before the rest was found.
    release();
    expect(await eventsOf(response)).toEqual([
      ['part', { orders: ['o1'] }],
      ['part', { products: ['p1'] }],
      ['complete', { degraded: [] }],
    ]);
  });

  it('has a line for each of them for who prefers NDJSON, and one for a failure midway', async () => {
    find = async (context) => {
      context.onPart!('orders', null, []);
      context.onPart!('products', ['p1'], []);
      return { orders: null, products: ['p1'], degraded: [] };
    };
    const response = await request('application/x-ndjson');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect((await response.text()).split('\n')).toEqual([
      '{"part":{"orders":null}}',
      '{"part":{"products":["p1"]}}',
      '{"complete":{"degraded":[]}}',
      '',
    ]);
    find = async (context) => {
      context.onPart!('products', ['p1'], []);
      throw new GatewayError('UPSTREAM_TIMEOUT');
    };
    const failed = (await (await request('application/x-ndjson')).text()).trimEnd().split('\n');
    expect(JSON.parse(failed.at(-1)!)).toMatchObject({ error: { code: 'UPSTREAM_TIMEOUT', status: 504 } });
  });

  it('has them by the name that the client has for NDJSON', async () => {
    find = async () => ({ degraded: [] });
    const response = await request('application/jsonl');
    expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(await response.text()).toBe('{"complete":{"degraded":[]}}\n');
  });

  it('fails with a status of its own as long as no part could be had', async () => {
    find = async (context) => {
      context.onPart!('orders', null, []);
      throw new GatewayError('UPSTREAM_UNAVAILABLE');
    };
    const response = await request();
    expect(response.headers.get('content-type')).toContain('problem+json');
    expect(await response.json()).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('has the parts that are missing before the first that is not', async () => {
    find = async (context) => {
      context.onPart!('orders', null, []);
      context.onPart!('products', ['p1'], []);
      context.onPart!('reviews', null, []);
      return { orders: null, products: ['p1'], reviews: null };
    };
    expect(await eventsOf(await request())).toEqual([
      ['part', { orders: null }],
      ['part', { products: ['p1'] }],
      ['part', { reviews: null }],
      ['complete', {}],
    ]);
  });

  it('is complete, too, where no part could be had and that is no failure', async () => {
    find = async (context) => {
      context.onPart!('orders', null, []);
      return { orders: null, degraded: [{ part: 'orders' }] };
    };
    expect(await eventsOf(await request())).toEqual([
      ['part', { orders: null }],
      ['complete', { degraded: [{ part: 'orders' }] }],
    ]);
  });

  it('that fails after a part ends with an event `error`, whose code is in the access log', async () => {
    find = async (context) => {
      context.onPart!('orders', ['o1'], []);
      throw new GatewayError('UPSTREAM_TIMEOUT');
    };
    const before = streams.counts.ended.get('error')!;
    const response = await request();
    const [first, last] = await eventsOf(response);
    expect(first).toEqual(['part', { orders: ['o1'] }]);
    expect(last).toEqual(['error', expect.objectContaining({ code: 'UPSTREAM_TIMEOUT', instance: '/home' })]);
    expect(streams.counts.ended.get('error')).toBe(before + 1);
    const requestId = response.headers.get('x-request-id');
    expect(await served.log.first({ requestId })).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});
