import { constants, type ServerHttp2Stream } from 'node:http2';
import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib';
import { status as Status } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import type { GrpcImplementation } from '#libs/grpc';
import { framed, MAX_MESSAGE_BYTES } from './messages.ts';
import { answer, echo, failureOf, options, type Serve, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

async function failureWhere(implementation: GrpcImplementation, serving: Serve) {
  const { address } = await serve(serving);
  return failureOf(poolOf(address, { implementation }).unary(echo, 'ping', options()));
}

/** Responds with these bytes and trailers; without trailers the stream ends cleanly. */
function respond(stream: ServerHttp2Stream, body: Buffer, headers = {}, trailers?: Record<string, string>): void {
  const all = { ':status': 200, 'content-type': 'application/grpc', ...headers };
  stream.respond(all, { waitForTrailers: trailers !== undefined });
  if (trailers) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

const OK = { 'grpc-status': '0' };
const compressed = (bytes: Buffer): Buffer => {
  const frame = framed(bytes);
  frame[0] = 1;
  return frame;
};

/** NO_ERROR is a lost connection, as a truncated response is; an unknown one is INTERNAL. */
const GRPC_JS_RESETS = new Map([
  [0, Status.UNAVAILABLE],
  [5, Status.INTERNAL],
  [13, Status.INTERNAL],
]);

describe.each(['http2', 'grpc-js'] as const)('over %s', (implementation) => {
  /** What our client does, and where grpc-js differs. */
  const either = <T>(ours: T, grpcJs: T): T => (implementation === 'http2' ? ours : grpcJs);
  const failureOfCall = (serving: Serve) => failureWhere(implementation, serving);

  describe('a stream that is reset', () => {
    // gRPC over HTTP/2, "Errors".
    it.each([
      [0, Status.INTERNAL],
      [1, Status.INTERNAL],
      [2, Status.INTERNAL],
      [3, Status.INTERNAL],
      [4, Status.INTERNAL],
      [5, Status.UNKNOWN],
      [6, Status.INTERNAL],
      [7, Status.UNAVAILABLE],
      [8, Status.CANCELLED],
      [9, Status.INTERNAL],
      [10, Status.INTERNAL],
      [11, Status.RESOURCE_EXHAUSTED],
      [12, Status.PERMISSION_DENIED],
      [13, Status.UNKNOWN],
    ])('with HTTP/2 error %i fails with gRPC status %i', async (errorCode, code) => {
      const failure = await failureOfCall((stream) => stream.close(errorCode));
      expect(failure.code).toBe(either(code, GRPC_JS_RESETS.get(errorCode) ?? code));
    });
  });

  describe('a response of a proxy', () => {
    // gRPC, "HTTP to gRPC Status Code Mapping".
    it.each([
      [400, Status.INTERNAL],
      [401, Status.UNAUTHENTICATED],
      [403, Status.PERMISSION_DENIED],
      [404, Status.UNIMPLEMENTED],
      [429, Status.UNAVAILABLE],
      [502, Status.UNAVAILABLE],
      [503, Status.UNAVAILABLE],
      [504, Status.UNAVAILABLE],
      // grpc-js takes the HTML for a message.
      ...either([[200, Status.UNKNOWN] as const], []),
      [204, Status.UNKNOWN],
      [302, Status.UNKNOWN],
      [418, Status.UNKNOWN],
      [500, Status.UNKNOWN],
    ])('with HTTP %i and HTML fails with gRPC status %i', async (httpStatus, code) => {
      const failure = await failureOfCall((stream) => {
        stream.respond({ ':status': httpStatus, 'content-type': 'text/html', 'retry-after': '7' });
        stream.end(httpStatus === 204 ? undefined : '<html>no</html>');
      });
      expect(failure).toMatchObject({ code, httpStatus });
      if (implementation === 'http2') expect(failure.metadata.get('retry-after')).toEqual(['7']);
    });

    it('with a gRPC status has that status, whatever the HTTP status is; not so with grpc-js', async () => {
      const failure = await failureOfCall((stream) => {
        stream.respond({ ':status': 503, 'grpc-status': '5', 'grpc-message': 'none' });
        stream.end();
      });
      const ofGrpcJs = { code: Status.UNAVAILABLE, httpStatus: 503 };
      expect(failure).toMatchObject(either<object>({ code: Status.NOT_FOUND, details: 'none' }, ofGrpcJs));
    });
  });

  describe('a status', () => {
    it.each([
      ['spaces and Unicode, percent-encoded', '%E2%82%AC%20f%C3%BCr', '€ für'],
      ['plain spaces, as C core leaves them', 'not this way', 'not this way'],
      ['an invalid encoding, unchanged', '100%', '100%'],
    ])('has a message with %s', async (_, sent, details) => {
      const failure = await failureOfCall((stream) => {
        stream.respond({ ':status': 200, 'grpc-status': '9', 'grpc-message': sent }, { endStream: true });
      });
      expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, details });
    });

    // grpc-js reads the last two as numbers: OK and INVALID_ARGUMENT.
    it.each(either(['17', '99', '-1', 'OK', '', '0x3'], ['17', '99', '-1', 'OK']))(
      'of "%s" is UNKNOWN',
      async (status) => {
        const failure = await failureOfCall((stream) =>
          respond(stream, framed(Buffer.from('x')), {}, { 'grpc-status': status }),
        );
        expect(failure.code).toBe(Status.UNKNOWN);
      },
    );

    it.each(['CAkSBGhhbHQ', 'CAkSBGhhbHQ='])('has details in base64, padded or not: %s', async (details) => {
      const failure = await failureOfCall((stream) => {
        stream.respond(
          { ':status': 200, 'grpc-status': '9', 'grpc-status-details-bin': details },
          { endStream: true },
        );
      });
      expect(failure.metadata.get('grpc-status-details-bin')).toEqual([Buffer.from('CAkSBGhhbHQ=', 'base64')]);
    });
  });
});

describe('a decompression bomb', () => {
  it('is decompressed to 500 times its size at most', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_MESSAGE_BYTES / 4));
    const failure = await failureWhere('http2', (stream) =>
      respond(stream, compressed(bomb), { 'grpc-encoding': 'gzip' }, OK),
    );
    expect(failure.code).toBe(Status.RESOURCE_EXHAUSTED);
    expect(failure.details).toMatch(/larger than 1\d{6} bytes/);
  });
});

describe.each(['http2', 'grpc-js'] as const)('a response over %s', (implementation) => {
  const isOurs = implementation === 'http2';

  it('that ends cleanly without a status was truncated: a lost connection', async () => {
    for (const body of [
      framed(Buffer.from('pong')),
      framed(Buffer.from('pong')).subarray(0, 7),
      Buffer.alloc(0),
    ]) {
      expect(await failureWhere(implementation, (stream) => respond(stream, body))).toMatchObject({
        code: Status.UNAVAILABLE,
        progress: 'sent',
        isTransient: true,
      });
    }
  });

  // grpc-js reads the others, but for two messages, after which it waits for the deadline.
  it.each([
    ['no message', Buffer.alloc(0)],
    ['half a message', framed(Buffer.from('pong')).subarray(0, 7)],
    ...(isOurs
      ? ([
          ['two messages', Buffer.concat([framed(Buffer.from('a')), framed(Buffer.from('b'))])],
          ['one and a half messages', Buffer.concat([framed(Buffer.from('a')), Buffer.from([0, 0])])],
          ['an invalid prefix', Buffer.from([7, 0, 0, 0, 0])],
        ] as const)
      : []),
  ])('that is OK with %s is a failure of the server', async (_, body) => {
    const failure = await failureWhere(implementation, (stream) => respond(stream, body, {}, OK));
    expect(failure).toMatchObject({ code: isOurs ? Status.INTERNAL : Status.UNIMPLEMENTED, progress: 'sent' });
  });

  it('of two messages ends at the deadline at the latest', async () => {
    const two = Buffer.concat([framed(Buffer.from('a')), framed(Buffer.from('b'))]);
    const { address } = await serve((stream) => respond(stream, two, {}, OK));
    const call = poolOf(address, { implementation }).unary(echo, 'ping', options({ timeoutMs: 200 }));
    const code = isOurs ? Status.INTERNAL : Status.DEADLINE_EXCEEDED;
    expect(await failureOf(call)).toMatchObject({ code });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('is decompressed from %s, accepted or not', async (encoding, compress) => {
    const text = 'pong '.repeat(1_000);
    const { address } = await serve((stream) =>
      respond(stream, compressed(compress(Buffer.from(text))), { 'grpc-encoding': encoding }, OK),
    );
    expect(await poolOf(address, { implementation }).unary(echo, 'ping', options())).toBe(text);
  });

  it('is read if it names an encoding and is not compressed', async () => {
    const { address } = await serve((stream) => answer(stream, 'plain', { 'grpc-encoding': 'gzip' }));
    expect(await poolOf(address, { implementation }).unary(echo, 'ping', options())).toBe('plain');
  });

  it.each([
    ['an unknown encoding', brotliCompressSync(Buffer.from('x')), 'br', isOurs ? '"br"' : 'does not support'],
    ['no encoding at all', gzipSync(Buffer.from('x')), undefined, isOurs ? 'undefined' : 'does not support'],
    ['bytes that are not gzip', Buffer.from('no gzip'), 'gzip', isOurs ? 'not valid gzip' : 'gzip-encoded'],
  ])(
    'that is compressed with %s is a failure of the server, with the reason',
    async (_, bytes, encoding, words) => {
      const headers = encoding ? { 'grpc-encoding': encoding } : {};
      const failure = await failureWhere(implementation, (stream) =>
        respond(stream, compressed(bytes), headers, OK),
      );
      expect([Status.INTERNAL, Status.UNKNOWN]).toContain(failure.code);
      expect(failure.details).toContain(words);
    },
  );

  it('that decompresses to more than 10 MiB is RESOURCE_EXHAUSTED, without complete decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_MESSAGE_BYTES + 1));
    const failure = await failureWhere(implementation, (stream) =>
      respond(stream, compressed(bomb), { 'grpc-encoding': 'gzip' }, OK),
    );
    expect(failure).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('larger than'),
    });
  });

  it('of more than 10 MiB is RESOURCE_EXHAUSTED, and is cancelled', async () => {
    const closed = Promise.withResolvers<number>();
    const failure = await failureWhere(implementation, (stream) => {
      stream.on('close', () => closed.resolve(stream.rstCode));
      respond(stream, framed(Buffer.alloc(12 * 1024 * 1024)), {}, OK);
    });
    expect(failure).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(await closed.promise).toBe(constants.NGHTTP2_CANCEL);
  });
});
