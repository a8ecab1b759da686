import { describe, expect, it } from '@jest/globals';
import { catalogue, codeByHttpStatus, fromHttp } from '#libs/errors';

describe("an upstream's HTTP status", () => {
  it.each([
    [404, 'NOT_FOUND'],
    [408, 'UPSTREAM_TIMEOUT'],
    [409, 'CONFLICT'],
    [410, 'NOT_FOUND'],
    [412, 'PRECONDITION_FAILED'],
    [422, 'VALIDATION_FAILED'],
    [429, 'OVERLOADED'],
    [502, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [504, 'UPSTREAM_TIMEOUT'],
  ])('%i is translated to %s', (status, code) => {
    expect(fromHttp(status, undefined).code).toBe(code);
  });

  it.each([301, 302, 400, 401, 403, 405, 418, 451, 500, 501, 507])(
    '%i is a bad response: the fault of the gateway',
    (status) => {
      expect(fromHttp(status, undefined).code).toBe('UPSTREAM_BAD_RESPONSE');
    },
  );

  it('always has a code of the catalogue', () => {
    for (const code of Object.values(codeByHttpStatus)) expect(catalogue).toHaveProperty(code!);
  });

  it.each([408, 502, 503, 504])('%i is transient', (status) => {
    expect(fromHttp(status, undefined)).toMatchObject({ transient: { retryAfterMs: undefined }, headers: {} });
  });

  it.each([301, 400, 401, 404, 409, 412, 422, 500, 501, 507])(
    '%i is never transient, whatever Retry-After it has',
    (status) => {
      expect(fromHttp(status, undefined, '7')).toMatchObject({ transient: undefined });
      expect(fromHttp(status, undefined, '7').headers).toEqual({});
    },
  );

  it('429 is retried only if the upstream says when, and always has a Retry-After for the client', () => {
    const silent = fromHttp(429, undefined);
    expect([silent.transient, silent.headers]).toEqual([undefined, { 'retry-after': '1' }]);
    const limited = fromHttp(429, undefined, '7');
    expect([limited.transient, limited.headers]).toEqual([{ retryAfterMs: 7_000 }, { 'retry-after': '7' }]);
    expect(fromHttp(429, undefined, 'soon').headers).toEqual({ 'retry-after': '1' });
  });

  it('503 that says when to retry is passed on as one, and is a fault of the service', () => {
    const error = fromHttp(503, undefined, '2');
    expect(error).toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      source: 'upstream',
      isUpstreamFault: true,
      transient: { retryAfterMs: 2_000 },
    });
    for (const other of [502, 504]) expect(fromHttp(other, undefined, '2').code).toBe(codeByHttpStatus[other]);
    expect(fromHttp(503, undefined, 'soon').code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it.each([
    ['7', '7'],
    ['0', '1'],
    ['99999999999999999999', '86400'],
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1'],
  ])(
    'passes the delay of the upstream to the client, at least one second and at most one day: %s',
    (header, seconds) => {
      for (const status of [429, 503]) {
        expect(fromHttp(status, undefined, header).headers).toEqual({ 'retry-after': seconds });
      }
    },
  );

  it.each(Array.from({ length: 500 }, (_, index) => 100 + index))(
    '%i is translated, and is a fault of the service unless it is 4xx',
    (status) => {
      const error = fromHttp(status, undefined);
      expect(error.code).toBe(codeByHttpStatus[status] ?? 'UPSTREAM_BAD_RESPONSE');
      expect(error.isUpstreamFault).toBe(Math.floor(status / 100) !== 4);
    },
  );

  it.each([
    [{ title: 'Bad gateway', detail: 'the database at 10.0.0.7 is gone' }, 'the database at 10.0.0.7 is gone'],
    [{ title: 'Bad gateway' }, 'Bad gateway'],
    ['<html>nginx</html>', 'HTTP 500'],
    [null, 'HTTP 500'],
  ])('is logged with the message of the upstream, which clients do not receive: %j', (body, words) => {
    const error = fromHttp(500, body);
    expect(error.cause).toMatchObject({ message: expect.stringContaining('HTTP 500') });
    expect(error.cause).toMatchObject({ message: expect.stringContaining(words) });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(words);
  });

  it('is logged without the whole body, which may contain secrets', () => {
    const body = { title: 'Failed', password: 'hunter2', detail: 'x'.repeat(10_000) };
    const { message } = fromHttp(500, body).cause as Error;
    expect(message).not.toContain('hunter2');
    expect(message.length).toBeLessThan(600);
  });
});
