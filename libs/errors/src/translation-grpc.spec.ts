import { statusWithDetails } from '#libs/contracts';
import { Metadata, status as Code, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import { catalogue, fromGrpc, GatewayError, upstreamDetails, wasTooLarge } from '#libs/errors';

function failure(code: Code, metadata = new Metadata()): ServiceError {
  return Object.assign(new Error(`10.0.0.7 returned ${Code[code]}`), { code, details: 'words', metadata });
}

function pushback(value: string): Metadata {
  const metadata = new Metadata();
  metadata.set('grpc-retry-pushback-ms', value);
  return metadata;
}

const codes = Object.values(Code).filter((code): code is Code => typeof code === 'number' && code !== Code.OK);

describe("an upstream's gRPC status", () => {
  it.each([
    ['CANCELLED', 'UPSTREAM_TIMEOUT'],
    ['UNKNOWN', 'UPSTREAM_BAD_RESPONSE'],
    ['INVALID_ARGUMENT', 'VALIDATION_FAILED'],
    ['DEADLINE_EXCEEDED', 'UPSTREAM_TIMEOUT'],
    ['NOT_FOUND', 'NOT_FOUND'],
    ['ALREADY_EXISTS', 'CONFLICT'],
    ['PERMISSION_DENIED', 'UPSTREAM_BAD_RESPONSE'],
    ['RESOURCE_EXHAUSTED', 'OVERLOADED'],
    ['FAILED_PRECONDITION', 'CONFLICT'],
    ['ABORTED', 'CONFLICT'],
    ['OUT_OF_RANGE', 'VALIDATION_FAILED'],
    ['UNIMPLEMENTED', 'UPSTREAM_BAD_RESPONSE'],
    ['INTERNAL', 'UPSTREAM_BAD_RESPONSE'],
    ['UNAVAILABLE', 'UPSTREAM_UNAVAILABLE'],
    ['DATA_LOSS', 'UPSTREAM_BAD_RESPONSE'],
    ['UNAUTHENTICATED', 'UPSTREAM_BAD_RESPONSE'],
  ] as const)('%s is translated to %s', (status, code) => {
    expect(fromGrpc(failure(Code[status])).code).toBe(code);
  });

  it('is transient for UNAVAILABLE only', () => {
    const transient = codes.filter((code) => fromGrpc(failure(code)).transient);
    expect(transient).toEqual([Code.UNAVAILABLE]);
  });

  it.each([
    ['0', { retryAfterMs: 0 }],
    ['250', { retryAfterMs: 250 }],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
    ['9999999999', undefined],
    ['999999999', { retryAfterMs: 86_400_000 }],
  ])('follows grpc-retry-pushback-ms "%s"', (words, transient) => {
    expect(fromGrpc(failure(Code.UNAVAILABLE, pushback(words))).transient).toEqual(transient);
  });

  it.each([
    ['7', { 'retry-after': '7' }],
    ['Sat, 28 Nov 2026 00:00:30 GMT', { 'retry-after': '30' }],
  ])('follows the Retry-After of a proxy that responds in place of the service: %s', (retryAfter, headers) => {
    const metadata = new Metadata();
    metadata.set('retry-after', retryAfter);
    metadata.set('date', 'Sat, 28 Nov 2026 00:00:00 GMT');
    const error = fromGrpc(failure(Code.UNAVAILABLE, metadata));
    expect(error.headers).toEqual(headers);
    expect(error.transient?.retryAfterMs).toBe(Number(headers['retry-after']) * 1000);
  });

  it('RESOURCE_EXHAUSTED means an exhausted quota: it is retried only if the upstream says when', () => {
    expect(fromGrpc(failure(Code.RESOURCE_EXHAUSTED))).toMatchObject({
      code: 'OVERLOADED',
      transient: undefined,
      headers: { 'retry-after': '1' },
    });
    const { transient, headers } = fromGrpc(failure(Code.RESOURCE_EXHAUSTED, pushback('7000')));
    expect([transient, headers]).toEqual([{ retryAfterMs: 7_000 }, { 'retry-after': '7' }]);
  });

  it.each([
    ['7000', '7'],
    ['7001', '8'],
    ['250', '1'],
    ['0', '1'],
  ])('rounds the delay for clients to whole seconds: a pushback of %s ms is %s s', (pushbackMs, seconds) => {
    for (const code of [Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE]) {
      expect(fromGrpc(failure(code, pushback(pushbackMs))).headers).toEqual({ 'retry-after': seconds });
    }
  });

  it.each(['-1', 'soon', ''])('neither retries nor sends a Retry-After if the pushback is "%s"', (never) => {
    for (const code of [Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE]) {
      const { transient, headers } = fromGrpc(failure(code, pushback(never)));
      expect([transient, headers]).toEqual([undefined, {}]);
    }
  });

  it.each([Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE])('follows google.rpc.RetryInfo with status %i', (code) => {
    const { metadata } = statusWithDetails(code, 'busy', { retryDelayMs: 6_400 });
    const { transient, headers } = fromGrpc(failure(code, metadata as Metadata));
    expect([transient, headers]).toEqual([{ retryAfterMs: 6_400 }, { 'retry-after': '7' }]);
  });

  it('UNAVAILABLE that says when to retry is an HTTP 503 that does, and a fault of the service', () => {
    const { metadata } = statusWithDetails(Code.UNAVAILABLE, 'away', { retryDelayMs: 2_000 });
    expect(fromGrpc(failure(Code.UNAVAILABLE, metadata as Metadata))).toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      source: 'upstream',
      isUpstreamFault: true,
    });
    expect(fromGrpc(failure(Code.UNAVAILABLE, pushback('-1'))).code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('prefers the pushback to a RetryInfo, and ignores a negative delay', () => {
    const { metadata } = statusWithDetails(Code.UNAVAILABLE, 'busy', { retryDelayMs: 6_400 });
    (metadata as Metadata).set('grpc-retry-pushback-ms', '20');
    expect(fromGrpc(failure(Code.UNAVAILABLE, metadata as Metadata)).transient).toEqual({ retryAfterMs: 20 });
    const negative = statusWithDetails(Code.UNAVAILABLE, 'busy', { retryDelayMs: -5_000 }).metadata as Metadata;
    expect(fromGrpc(failure(Code.UNAVAILABLE, negative)).transient).toEqual({});
  });

  it('is a fault of the upstream if it is unhealthy, not if it refuses the caller or the request', () => {
    const faults = codes.filter((code) => fromGrpc(failure(code)).isUpstreamFault).map((code) => Code[code]);
    expect(faults).toEqual([
      'UNKNOWN',
      'DEADLINE_EXCEEDED',
      'UNIMPLEMENTED',
      'INTERNAL',
      'UNAVAILABLE',
      'DATA_LOSS',
    ]);
    expect(fromGrpc(failure(17 as Code)).isUpstreamFault).toBe(true);
  });

  it.each([
    'Received message larger than max (11534343 vs 10485760)',
    'Received message that decompresses to a size larger than 10485760',
  ])('is a bad response if the message exceeds the size limit: %s', (details) => {
    const error = Object.assign(failure(Code.RESOURCE_EXHAUSTED), { details });
    expect(fromGrpc(error)).toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
      isUpstreamFault: true,
      transient: undefined,
    });
  });

  it.each([
    ['C core', 'Received message larger than max (5242885 vs. 4194304)'],
    ['grpc-js', 'Received message larger than max (5242885 vs 4194304)'],
    ['Go', 'grpc: received message larger than max (5242885 vs. 4194304)'],
    ['Java', 'gRPC message exceeds maximum size 4194304: 5242885'],
  ])('is a refusal of the request if that exceeds the limit of the server: %s', (_, details) => {
    const error = fromGrpc(Object.assign(failure(Code.RESOURCE_EXHAUSTED), { details }));
    expect(error).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', isUpstreamFault: false, transient: undefined });
    expect(error.headers).toEqual({});
    expect(wasTooLarge(error)).toBe(false);
  });

  it('has a code of the catalogue, for every status', () => {
    expect(codes).toHaveLength(16);
    for (const code of codes) expect(catalogue).toHaveProperty(fromGrpc(failure(code)).code);
  });

  it('keeps the message of the upstream for the log', () => {
    const error = fromGrpc(failure(Code.UNAVAILABLE));
    expect(error.cause).toMatchObject({ message: '10.0.0.7 returned UNAVAILABLE' });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('10.0.0.7');
  });
});

describe("an upstream's details", () => {
  it('can be read from the translated error', () => {
    const { metadata } = statusWithDetails(Code.FAILED_PRECONDITION, 'short', {
      reason: 'OUT_OF_STOCK',
      metadata: { p1: '2' },
    });
    const error = fromGrpc(failure(Code.FAILED_PRECONDITION, metadata as Metadata));
    expect(upstreamDetails(error)).toMatchObject({ reason: 'OUT_OF_STOCK', metadata: { p1: '2' } });
  });

  it.each([
    ['nothing', undefined],
    ['a string', 'thrown'],
    ['an error of our own', new TypeError('broken')],
    ['an error without a cause', new GatewayError('INTERNAL')],
    ['a cause that is null', new GatewayError('INTERNAL', { cause: null })],
    ['a cause of another kind', new GatewayError('INTERNAL', { cause: { metadata: { some: 'thing' } } })],
    ['a failure that had none', fromGrpc(failure(Code.NOT_FOUND))],
  ])('are empty for %s', (_, error) => {
    expect(upstreamDetails(error)).toEqual({});
  });
});
