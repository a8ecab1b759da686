import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';
import { eventually } from '#libs/testing';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { Gate } from './gate.ts';
import { MemoryPressure } from './memory-pressure.ts';
import { priorityOf } from './priorities.ts';
import { Shedding } from './shedding.ts';

describe('the gate', () => {
  const open = (limit: number, queue: number, now = () => 0) => {
    const done: string[] = [];
    const gate = new Gate({ value: limit }, queue, now);
    const arrive = (
      name: string,
      priority: 'interactive' | 'background' | 'export' = 'interactive',
      withinMs = 100,
    ) =>
      gate.arrive(
        priority,
        withinMs,
        () => void done.push(`${name} in`),
        () => void done.push(`${name} out`),
      );
    return { gate, done, arrive };
  };

  it('admits requests up to the limit, queues some, and refuses the rest at once', () => {
    const { gate, done, arrive } = open(2, 1);
    for (const name of ['a', 'b', 'c', 'd']) arrive(name);
    expect(done).toEqual(['a in', 'b in', 'd out']);
    gate.leave();
    expect(done.at(-1)).toBe('c in');
    expect(gate.passed.interactive).toEqual({ accepted: 3, queued: 1, shed: 1 });
  });

  it('admits urgent requests first, and leaves room for them', () => {
    const { gate, done, arrive } = open(10, 10);
    for (let i = 0; i < 10; i += 1) arrive(`${i}`);
    arrive('export', 'export');
    arrive('background', 'background');
    arrive('interactive');
    for (let i = 0; i < 10; i += 1) gate.leave();
    expect(done.slice(10)).toEqual(['interactive in', 'background in', 'export in']);
    const { done: fewer, arrive: come } = open(10, 0);
    for (let i = 0; i < 10; i += 1) come(`${i}`, 'export');
    expect(fewer.filter((one) => one.endsWith('in'))).toHaveLength(5);
  });

  it('queues nothing under overload', () => {
    const { gate, done, arrive } = open(1, 5);
    gate.isFlooded = true;
    arrive('a');
    arrive('b');
    expect(done).toEqual(['a in', 'b out']);
  });

  it('does not admit a request whose deadline has passed', () => {
    let now = 0;
    const { gate, done, arrive } = open(1, 5, () => now);
    arrive('a');
    arrive('late', 'interactive', 50);
    arrive('patient', 'interactive', 500);
    now = 60;
    gate.leave();
    expect(done).toEqual(['a in', 'late out', 'patient in']);
  });
});

describe('the priority of a request', () => {
  it.each([
    ['/v1/home', undefined, 'interactive'],
    ['/v1/home', 'background', 'background'],
    ['/v1/home', 'export', 'export'],
    ['/v1/home', 'urgent', 'interactive'],
  ])('%s with X-Priority %p is %s: the header can only lower it', (url, requested, priority) => {
    expect(priorityOf(requestFor(url, requested))).toBe(priority);
  });

  it.each([
    [undefined, 'background'],
    ['interactive', 'background'],
    ['export', 'export'],
  ])('of a background route, with X-Priority %p, is %s', (requested, priority) => {
    expect(priorityOf(requestFor('/v1/report', requested, { priority: 'background' }))).toBe(priority);
  });

  const requestFor = (url: string, requested?: string, config: FastifyContextConfig = {}) => {
    const request = {
      raw: { url },
      headers: requested ? { 'x-priority': requested } : {},
      routeOptions: { config },
    };
    return request as unknown as FastifyRequest;
  };
});

describe('an overloaded server', () => {
  let served: Served;
  let heap = 0.5;
  afterEach(() => served.stop());

  /** Serves `/slow`, which answers on a signal, and the probes. */
  async function open(environment: Record<string, string>) {
    heap = 0.5;
    const memory = new MemoryPressure(() => heap);
    const shedding = new Shedding(loadConfig(environment), memory);
    const waiting: (() => void)[] = [];
    served = await serve(
      (server) => {
        server.get('/slow', async () => new Promise((resolve) => void waiting.push(() => resolve('done'))));
        server.post('/slow', async () => 'read');
        server.get('/livez', { config: { kind: 'probe' } }, async () => 'ok');
        server.get('/graphql', { config: { kind: 'graphql' } }, async () => 'ok');
      },
      environment,
      shedding,
    );
    const get = (path: string, headers = {}) => fetch(`${served.url}${path}`, { headers });
    const until = async (many: number) => {
      await eventually(() => waiting.length >= many);
    };
    return { shedding, memory, waiting, get, until };
  }

  it('answers 503 with Retry-After, the request id, and the default headers', async () => {
    const { get, waiting, until } = await open({ MAX_IN_FLIGHT: '1', MAX_QUEUED: '0' });
    const slow = get('/slow');
    await until(1);
    const answer = await get('/v1/home', { 'x-request-id': 'r-shed' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'OVERLOADED', status: 503, requestId: 'r-shed' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('x-request-id')).toBe('r-shed');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const graphql = await get('/graphql');
    expect(graphql.status).toBe(503);
    expect(await graphql.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    expect(await (await get('/livez')).text()).toBe('ok');
    waiting[0]!();
    expect((await slow).status).toBe(200);
    expect((await get('/livez')).status).toBe(200);
  });

  it('refuses a body without reading it, and keeps the connection', async () => {
    const { get, waiting, until } = await open({ MAX_IN_FLIGHT: '1', MAX_QUEUED: '0' });
    const slow = get('/slow');
    await until(1);
    const post = () =>
      fetch(`${served.url}/slow`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '"x"',
      });
    expect((await post()).status).toBe(503);
    waiting[0]!();
    await slow;
    expect((await post()).status).toBe(200);
  });

  it('asks clients to close at 92 % of the heap, refuses at 95 %, and stops when it is lower', async () => {
    const { get, memory } = await open({});
    const sample = async (inUse: number) => {
      heap = inUse;
      memory.sample();
      const answer = await get('/graphql');
      return [answer.status, answer.headers.get('connection')];
    };
    expect(await sample(0.9)).toEqual([200, 'keep-alive']);
    expect(await sample(0.93)).toEqual([200, 'close']);
    expect(await sample(0.96)).toEqual([503, 'close']);
    expect((await get('/livez')).status).toBe(200);
    expect(await sample(0.8)).toEqual([200, 'keep-alive']);
  });

  it('answers a request whose body comes when it is no longer full, and refuses one whose body comes when it is', async () => {
    const { get, memory } = await open({});
    const fill = async (inUse: number) => {
      heap = inUse;
      memory.sample();
      return (await get('/graphql')).status;
    };
    const { port } = new URL(served.url);
    const begin = async () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
      );
      // Its header has been read.
      await once(socket, 'data');
      return () => text(socket.end('"x"'));
    };
    const [sendEarly, sendLate] = [await begin(), await begin()];
    expect(await fill(0.96)).toBe(503);
    expect(await sendEarly()).toMatch(/^HTTP\/1\.1 503 /);
    heap = 0.5;
    memory.sample();
    // No request has come since.
    expect(await sendLate()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('releases the place of a queued request whose client disconnects', async () => {
    const { get, shedding, waiting, until } = await open({ MAX_IN_FLIGHT: '1', MAX_QUEUED: '5' });
    const slow = get('/slow');
    await until(1);
    const gone = new AbortController();
    const left = fetch(`${served.url}/slow`, { signal: gone.signal }).catch(() => 'gone');
    await eventually(() => shedding.gate.queued >= 1);
    gone.abort();
    expect(await left).toBe('gone');
    waiting[0]!();
    await slow;
    await eventually(() => shedding.gate.inFlight === 0);
    expect((await get('/graphql')).status).toBe(200);
  });
});
