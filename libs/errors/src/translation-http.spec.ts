import { describe, expect, it } from '@jest/globals';
import { catalogue, codeByHttpStatus, fromHttp } from '#libs/errors';

describe("an upstream's HTTP status", () => {
  it.each([
    [404, 'NOT_FOUND'],
    [408, 'UPSTREAM_TIMEOUT'],
    [409, 'CONFLICT'],
    [410, 'NOT_FOUND'],
    [422, 'VALIDATION_FAILED'],
    [429, 'OVERLOADED'],
    [502, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [504, 'UPSTREAM_TIMEOUT'],
  ])('%i is told as %s', (status, code) => {
    expect(fromHttp(status, undefined).code).toBe(code);
  });

  it.each([301, 302, 400, 401, 403, 405, 418, 451, 500, 501, 507])(
    '%i is a bad response: it is our business',
    (status) => {
      expect(fromHttp(status, undefined).code).toBe('UPSTREAM_BAD_RESPONSE');
    },
  );

  it('never becomes a code that is missing from the catalogue', () => {
    for (const code of Object.values(codeByHttpStatus)) expect(catalogue).toHaveProperty(code!);
  });

  it.each([502, 503, 504])('%i may have passed a moment later', (status) => {
    expect(fromHttp(status, undefined).transient).toEqual({ retryAfterMs: undefined });
  });

  it.each([301, 400, 401, 404, 408, 409, 422, 429, 500, 501, 507])('%i will not have passed', (status) => {
    expect(fromHttp(status, undefined, '1').transient).toBeUndefined();
  });

  it.each([
    ['0', 0],
    ['2', 2_000],
    ['120', 120_000],
    ['-1', undefined],
    ['1.5', undefined],
    ['9999999', undefined],
    ['soon', undefined],
    ['Fri, 31 Dec 1999 23:59:59 GMT', undefined],
    [['1', '2'], undefined],
    [undefined, undefined],
  ])('hears when to come back in seconds: %j', (header, retryAfterMs) => {
    expect(fromHttp(503, undefined, header).transient).toEqual({ retryAfterMs });
  });

  it.each([
    [{ title: 'Bad gateway', detail: 'the database at 10.0.0.7 is gone' }, 'the database at 10.0.0.7 is gone'],
    [{ title: 'Bad gateway' }, 'Bad gateway'],
    ['<html>nginx</html>', 'HTTP 500'],
    [null, 'HTTP 500'],
  ])('is told to the log with the words of the upstream, and to nobody else: %j', (body, words) => {
    const error = fromHttp(500, body);
    expect(error.cause).toMatchObject({ message: expect.stringContaining('HTTP 500') });
    expect(error.cause).toMatchObject({ message: expect.stringContaining(words) });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(words);
  });

  it('is not told to the log with all of the body: it may hold secrets', () => {
    const body = { title: 'Failed', password: 'hunter2', detail: 'x'.repeat(10_000) };
    const { message } = fromHttp(500, body).cause as Error;
    expect(message).not.toContain('hunter2');
    expect(message.length).toBeLessThan(600);
  });
});
