import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { GatewayError } from '#libs/errors';
import { Context, RestClient, upstreamSettings } from '#libs/upstream';
import { eventually } from '#libs/testing';
import { type Answer, httpUpstreams, json } from './http-upstream.fixture.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

const { upstream } = httpUpstreams();
const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

type Given = z.input<typeof upstreamSettings>;
const unhurried: Given = { timeoutMs: 30_000, hedge: { mode: 'off' }, breaker: { slowMs: 30_000 } };
const settings = (given: Given = {}) => upstreamSettings.parse({ ...unhurried, ...given });

/** An upstream whose answers wait until `release` is called, and a client with these settings. */
async function held(given: Given = {}) {
  const waiting: ServerResponse[] = [];
  const ports = new Set<number>();
  const answer: Answer = (response, request) => {
    ports.add(request.socket.remotePort!);
    waiting.push(response);
  };
  const { url, received } = await upstream(answer);
  const options = clientOptions('users', settings(given));
  const client = new RestClient([url], options);
  const get = client.operation('GET', '/users/{id}');
  const call = (id: string, context = aContext()) => get(context, { params: { id } });
  const reached = async (count: number) => {
    await eventually(() => received.length >= count);
  };
  const release = () => {
    for (const one of waiting.splice(0)) json({})(one, undefined!);
  };
  return { client, options, call, reached, release, received, ports };
}

describe('changed settings of an upstream', () => {
  it('are those of the next call, and a call under way keeps its own', async () => {
    const { client, call, reached, release } = await held();
    const underWay = call('a');
    await reached(1);
    client.apply(settings({ timeoutMs: 20, retry: { maxTries: 1 } }));
    await expect(call('b')).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    release();
    await expect(underWay).resolves.toEqual({});
    expect(client.upstream.report().settings.timeoutMs).toBe(20);
    await client.close();
  });

  it('decide how often the next call is tried', async () => {
    const { url, received } = await upstream(json({}, 503));
    const client = new RestClient([url], clientOptions('users', settings({ retry: { maxTries: 1 } })));
    const get = client.operation('GET', '/users');
    await expect(get(aContext(), {})).rejects.toThrow(GatewayError);
    client.apply(settings({ retry: { maxTries: 3, baseDelayMs: 1, maxDelayMs: 1 } }));
    await expect(get(aContext(), {})).rejects.toThrow(GatewayError);
    expect(received).toHaveLength(4);
    await client.close();
  });

  it('leave its breakers as they are, with all that they know', async () => {
    const { url } = await upstream(json({}, 500));
    const client = new RestClient([url], clientOptions('users', settings({ retry: { maxTries: 1 } })));
    const get = client.operation('GET', '/users');
    for (let i = 0; i < 5; i += 1) await get(aContext(), {}).catch(() => {});
    const breaker = client.upstream.breaker('GET /users');
    client.apply(settings({ retry: { maxTries: 1 }, breaker: { minimumCalls: 6, window: 6, openMs: 60_000 } }));
    expect(breaker.ratios).toEqual({ failed: 1, slow: 0, calls: 5 });
    await get(aContext(), {}).catch(() => {});
    await expect(get(aContext(), {})).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
    client.apply(settings({ timeoutMs: 700, breaker: { openMs: 60_000 } }));
    await expect(get(aContext(), {})).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
    client.apply(settings({ breaker: { mode: 'off' } }));
    expect(breaker.state).toBe('CLOSED');
    await expect(get(aContext(), {})).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    await client.close();
  });

  it('that shrink the window of a breaker keep its newest calls', () => {
    const { upstream: one } = clientOptions('users', settings({ breaker: { window: 6, minimumCalls: 6 } }));
    const breaker = one.breaker('GET /users');
    for (const outcome of ['success', 'success', 'success', 'success', 'success', 'failure', 'failure'] as const)
      breaker.done(outcome, 1, breaker.enter()!);
    one.apply(settings({ breaker: { window: 3, minimumCalls: 3, failureRatio: 0.9 } }));
    expect(breaker.ratios).toEqual({ failed: 2 / 3, slow: 0, calls: 3 });
    breaker.done('success', 1, breaker.enter()!);
    expect(breaker.ratios).toEqual({ failed: 2 / 3, slow: 0, calls: 3 });
    breaker.done('success', 1, breaker.enter()!);
    expect(breaker.ratios).toEqual({ failed: 1 / 3, slow: 0, calls: 3 });
  });

  it('that raise the bulkhead let queued calls go, and those that lower it end none', async () => {
    const { client, call, reached, release } = await held({ bulkhead: { maxInFlight: 1, maxQueued: 8 } });
    const all = ['a', 'b', 'c', 'd'].map((id) => call(id));
    await reached(1);
    expect(client.upstream.bulkhead).toMatchObject({ inFlight: 1, queued: 3 });
    client.apply(settings({ bulkhead: { maxInFlight: 3, maxQueued: 8 } }));
    await reached(3);
    client.apply(settings({ bulkhead: { maxInFlight: 1, maxQueued: 8 } }));
    expect(client.upstream.bulkhead).toMatchObject({ inFlight: 3, queued: 1 });
    release();
    await reached(4);
    expect(client.upstream.bulkhead).toMatchObject({ inFlight: 1, queued: 0 });
    release();
    await Promise.all(all);
    await client.close();
  });

  it('keep the connections unless these are concerned, and streams stay open in any case', async () => {
    const { url } = await upstream((response, request) => {
      if (request.url === '/events')
        return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      json({ port: request.socket.remotePort })(response, request);
    });
    const client = new RestClient([url], clientOptions('users', settings({ bulkhead: { maxInFlight: 1 } })));
    const get = client.operation<{ port: number }>('GET', '/port');
    const events = await client.stream('GET', '/events', 'END', { isSafe: false })(aContext(), {});
    let hasEnded = false;
    void events[Symbol.asyncIterator]()
      .next()
      .finally(() => (hasEnded = true));
    const { port } = await get(aContext(), {});
    client.apply(settings({ timeoutMs: 900, bulkhead: { maxInFlight: 1 } }));
    expect((await get(aContext(), {})).port).toBe(port);
    client.apply(settings({ bulkhead: { maxInFlight: 2 } }));
    expect((await get(aContext(), {})).port).not.toBe(port);
    expect(hasEnded).toBe(false);
    events.close();
    await client.close();
  });
});
