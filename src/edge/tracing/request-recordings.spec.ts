import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import type { Recording } from '#libs/observe';
import { type Served, serve } from '#gateway/edge/listener/server.fixture';

const TRACE_ID = 'a'.repeat(32);
const TRACE = `00-${TRACE_ID}-${'b'.repeat(16)}-01`;

let served: Served;
let reached = Promise.withResolvers<void>();
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/things/:id', ({ context }) => {
      context.log.callerId = 'u1';
      context.degraded.push({ part: 'name', reason: 'TIMEOUT' });
      return { trace: context.outgoingTrace ?? null, logged: context.log.traceId ?? null };
    });
    server.get('/down', () => {
      throw new GatewayError('UPSTREAM_UNAVAILABLE');
    });
    server.get('/wait', async ({ context }) => {
      reached.resolve();
      await once(context.signal, 'abort');
      return {};
    });
  });
});
afterAll(() => served.stop());

/** Sends a request, and resolves to its recording. */
async function recorded(send: () => Promise<unknown>): Promise<Recording> {
  const { promise, resolve } = Promise.withResolvers<Recording>();
  const unsubscribe = served.recordings.subscribe(resolve);
  await send();
  return promise.finally(unsubscribe);
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(served.url + path, { headers });

describe('the recording of an HTTP request', () => {
  it('has what the conventions for HTTP servers ask for, and no query', async () => {
    const { root, requestId } = await recorded(() => get('/things/7?token=secret', { 'x-request-id': 'r-rec' }));
    expect([root.name, root.kind, requestId, root.error]).toEqual([
      'GET /things/:id',
      'server',
      'r-rec',
      undefined,
    ]);
    expect(root.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/things/:id',
      'http.response.status_code': 200,
      'url.path': '/things/7',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'client.address': '127.0.0.1',
      'enduser.id': 'u1',
      'atrium.degraded': ['name:TIMEOUT'],
    });
    expect(JSON.stringify(root.attributes)).not.toContain('secret');
  });

  it('lasts as long as its access line says', async () => {
    const { root } = await recorded(() => get('/things/8', { 'x-request-id': 'r-dur' }));
    const line = await served.log.first({ requestId: 'r-dur', msg: 'request' });
    expect(Math.abs(root.durationMs! - Number(line['durationMs']))).toBeLessThanOrEqual(0.1);
  });

  it('ends with the code of an error of the gateway, and not for one of the client', async () => {
    expect((await recorded(() => get('/down'))).root).toMatchObject({
      name: 'GET /down',
      error: 'UPSTREAM_UNAVAILABLE',
    });
    const unknown = await recorded(() => get('/nowhere'));
    expect([unknown.root.name, unknown.root.error]).toEqual(['GET', undefined]);
    expect(unknown.root.attributes['http.response.status_code']).toBe(404);
  });

  it('ends as 499 when the client leaves', async () => {
    reached = Promise.withResolvers();
    const { root } = await recorded(async () => {
      const socket = connect(served.port, '127.0.0.1');
      socket.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
      await reached.promise;
      socket.destroy();
    });
    expect(root.attributes['http.response.status_code']).toBe(499);
  });

  it('does not begin where nothing listens', async () => {
    expect(await (await get('/things/1')).json()).toEqual({ trace: null, logged: null });
  });
});

describe('the trace context of a recorded request', () => {
  afterAll(() => void (served.recordings.sampler = undefined));

  it('is passed on as it came while nothing is exported', async () => {
    let answer: Response;
    await recorded(async () => (answer = await get('/things/1', { traceparent: TRACE })));
    expect(await answer!.json()).toEqual({ trace: { traceparent: TRACE }, logged: TRACE_ID });
  });

  it('names the span of the gateway once the sampler says so, and log lines the trace', async () => {
    served.recordings.sampler = ({ isParentSampled }) => isParentSampled === true;
    let answer: Response;
    const { root } = await recorded(async () => (answer = await get('/things/1', { traceparent: TRACE })));
    expect(await answer!.json()).toMatchObject({ trace: { traceparent: `00-${TRACE_ID}-${root.id}-01` } });
    const { root: first, traceId } = await recorded(async () => (answer = await get('/things/1')));
    const traceparent = `00-${traceId}-${first.id}-02`;
    expect(await answer!.json()).toEqual({ trace: { traceparent }, logged: traceId });
  });
});
