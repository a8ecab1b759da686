import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { answer, echo, failureOf, options, type Serve, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

/** 70 kB each: 14 MB if they were kept. */
const CALLS = 200;
const MAX_KEPT_BYTES = 5 * 1024 * 1024;

/** Node's server sends no more than 64 kB by default: it ends the connection instead. */
const UNBOUNDED = { maxSendHeaderBlockLength: 16 * 1024 * 1024 };

const headers = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'v'.repeat(length)]));

const many = headers(70, 1_000);

const LIES: [what: string, lie: Serve, codes: Status[]][] = [
  [
    '70 kB of headers',
    (stream) => stream.respond({ ':status': 200, ...many }, { endStream: true }),
    [Status.UNAVAILABLE, Status.UNKNOWN],
  ],
  [
    '70 kB of headers and a status',
    (stream) => stream.respond({ ':status': 200, 'grpc-status': '9', ...many }, { endStream: true }),
    [Status.FAILED_PRECONDITION],
  ],
  [
    '70 kB of trailers',
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', ...many }));
      stream.end();
    },
    [Status.INTERNAL, Status.UNIMPLEMENTED],
  ],
  // nghttp2 takes 8 CONTINUATION frames, and ends the connection.
  [
    '400 kB of headers',
    (stream) => stream.respond({ ':status': 200, ...headers(20, 20_000) }, { endStream: true }),
    [Status.UNAVAILABLE],
  ],
];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use once garbage is collected. */
function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe.each(['http2', 'grpc-js'] as const)('over %s, a response', (implementation) => {
  // grpc-js also fails the calls that begin before the socket is closed.
  const lies = implementation === 'http2' ? LIES : LIES.slice(0, -1);
  it.each(lies)('of %s fails its call, and is not kept', async (_, lie, codes) => {
    const serving: Serve = (stream, given, index) =>
      given['kind'] === 'probe' ? answer(stream) : lie(stream, given, index);
    const { address } = await serve(serving, UNBOUNDED);
    const pool = poolOf(address, { implementation });
    const call = () => failureOf(pool.unary(echo, 'ping', options()));
    await call();
    const before = usedBytes();
    for (let i = 0; i < CALLS; i += 1) expect(codes).toContain((await call()).code);
    expect(usedBytes() - before).toBeLessThan(MAX_KEPT_BYTES);
    expect(await pool.unary(echo, 'ping', options({ metadata: ['kind', 'probe'] }))).toBe('pong');
  });
});
