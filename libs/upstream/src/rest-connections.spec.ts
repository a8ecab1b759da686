import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '#libs/testing';
import { Context, RestClient } from '#libs/upstream';
import { type Answer, httpUpstreams, json } from './http-upstream.fixture.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

const { upstream } = httpUpstreams();
const aContext = (timeoutMs = 30_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });
/** What is tested does not depend on how busy the machine is. */
const unhurried = { timeoutMs: 30_000, hedge: { mode: 'off' as const }, breaker: { slowMs: 30_000 } };

const folder = mkdtempSync(join(tmpdir(), 'atrium-connections-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers once so many requests are there, all of them together: fewer at once would wait for ever. */
function together(count: number): Answer & { max: () => number } {
  let waiting: ServerResponse[] = [];
  let max = 0;
  const answer: Answer = (response, request) => {
    waiting.push(response);
    max = Math.max(max, waiting.length);
    if (waiting.length < count) return;
    for (const one of waiting) json({})(one, request);
    waiting = [];
  };
  return Object.assign(answer, { max: () => max });
}

const calls = (client: RestClient, count: number) => {
  const get = client.operation('GET', '/reviews/{id}');
  return Array.from({ length: count }, (_, id) => get(aContext(), { params: { id: `p${id}` } }));
};

describe('calls of a REST upstream', () => {
  it('are all at the upstream that have a place in the bulkhead: none waits for a connection', async () => {
    const { url, received } = await upstream(together(128));
    const options = clientOptions('reviews', unhurried);
    const client = new RestClient([url], options);
    await Promise.all(calls(client, 128));
    expect(received).toHaveLength(128);
    expect(options.tries.map(({ outcome, number, queueMs }) => [outcome, number, queueMs])).toEqual(
      Array(128).fill(['OK', 1, 0]),
    );
    await client.close();
  });

  it('wait for a place here when there are more, which is no failure and no slowness of the upstream', async () => {
    const { url } = await upstream((response, request) => void setTimeout(json({}), 20, response, request));
    const options = clientOptions('reviews', {
      ...unhurried,
      timeoutMs: 10_000,
      bulkhead: { maxInFlight: 2, maxQueued: 64 },
    });
    const client = new RestClient([url], options);
    await Promise.all(calls(client, 24));
    expect(options.upstream.breaker('GET /reviews/{id}').ratios).toMatchObject({ failed: 0, slow: 0 });
    const last = options.tries.at(-1)!;
    expect(last.queueMs).toBeGreaterThan(last.durationMs / 2);
    await client.close();
  });

  it('are all there over any of several addresses, whichever is left', async () => {
    const held = together(24);
    const [one, other] = [await upstream(held), await upstream(held)];
    const client = new RestClient(
      [one.url, other.url],
      clientOptions('reviews', { ...unhurried, bulkhead: { maxInFlight: 24 } }),
    );
    await Promise.all(calls(client, 24));
    client.endpoints.all[0]!.ejectedUntil = Infinity;
    await Promise.all(calls(client, 24));
    expect([one.received.length, other.received.length]).toEqual([12, 36]);
    await client.close();
  });

  it('do not wait for streams, however many are open, nor does a probe for calls that hang', async () => {
    const { url } = await upstream((response, request) => {
      const { pathname } = new URL(request.url!, 'http://x');
      if (pathname === '/events') response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      if (pathname === '/readyz' || pathname.startsWith('/reviews')) json({})(response, request);
    });
    const client = new RestClient([url], clientOptions('reviews', { ...unhurried, bulkhead: { maxInFlight: 3 } }));
    const open = client.stream('GET', '/events', 'END', { isSafe: false });
    const streams = [];
    for (let i = 0; i < 20; i += 1) streams.push(await open(aContext(), { query: { i: `${i}` } }));
    await Promise.all(calls(client, 3));
    const leaving = aContext();
    const hanging = ['a', 'b', 'c'].map((id) =>
      client.operation('GET', '/hang/{id}')(leaving, { params: { id } }),
    );
    const failed = Promise.allSettled(hanging);
    expect(await client.isReady(aContext())).toBe(true);
    for (const stream of streams) stream.close();
    leaving.end();
    await failed;
    await client.close();
  });

  it('come by as many connections over TLS, also where HTTP/2 with one stream at a time is offered', async () => {
    const authority = new CertificateAuthority();
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, authority.cert);
    const held = together(16);
    const versions = new Set<string>();
    const server: Http2SecureServer = createSecureServer(
      { ...authority.issue('localhost'), allowHTTP1: true, settings: { maxConcurrentStreams: 1 } },
      (request, response) => {
        versions.add(request.httpVersion);
        held(response as unknown as ServerResponse, request as never);
      },
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new RestClient(
      [`https://localhost:${port}`],
      clientOptions('reviews', { ...unhurried, tls: { ca } }),
    );
    await Promise.all(calls(client, 16));
    expect([[...versions], held.max()]).toEqual([['1.1'], 16]);
    await client.close();
    server.close();
  });
});

describe('a REST upstream at a unix socket', () => {
  it.each(['unix:', 'unix://'])('is called there: %s/path', async (scheme) => {
    const path = join(folder, `${scheme.length}.sock`);
    const { received } = await upstream(json({ id: 'u1' }), path);
    const client = new RestClient([`${scheme}${path}`], clientOptions('users'));
    const answer = await client.operation('GET', '/users/{id}')(aContext(), { params: { id: 'u1' } });
    expect(answer).toEqual({ id: 'u1' });
    expect(await client.isReady(aContext())).toBe(true);
    expect(received.map(({ url, headers }) => [url, headers.host])).toEqual([
      ['/users/u1', 'localhost'],
      ['/readyz', 'localhost'],
    ]);
    expect(client.endpoints.report()).toMatchObject([{ address: `${scheme}${path}` }]);
    await client.close();
  });

  it('that nobody listens at is unavailable, and nothing was sent', async () => {
    const client = new RestClient([`unix:${join(folder, 'none.sock')}`], clientOptions('users'));
    await expect(client.operation('POST', '/users')(aContext(), {})).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      transient: { isUnsent: true },
      cause: { code: 'ENOENT' },
    });
    await client.close();
  });
});

describe('the health path of a REST upstream', () => {
  it.each([
    [200, true],
    [204, true],
    [301, false],
    [404, false],
    [503, false],
  ])('may be its own; %i there is ready: %p', async (status, isReady) => {
    const { url, received } = await upstream((response) => void response.writeHead(status).end());
    const settings = { healthPath: '/status?full=1' };
    const client = new RestClient([url], clientOptions('users', settings));
    const keyed = new RestClient([url], { ...clientOptions('users', settings), apiKey: 'k' });
    expect([await client.isReady(aContext()), await keyed.isReady(aContext())]).toEqual([isReady, isReady]);
    expect(received.map((one) => one.url)).toEqual(['/status?full=1', '/status?full=1']);
    await Promise.all([client.close(), keyed.close()]);
  });

  it('need not be there where a provider is none of ours and none was set', async () => {
    const { url } = await upstream((response) => void response.writeHead(404).end());
    const client = new RestClient([url], { ...clientOptions('assistant'), apiKey: 'k' });
    expect(await client.isReady(aContext())).toBe(true);
    await client.close();
  });
});
