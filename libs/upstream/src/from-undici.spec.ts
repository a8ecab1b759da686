import { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { errors } from 'undici';
import { fromUndici } from './from-undici.ts';

const late = new GatewayError('UPSTREAM_TIMEOUT');

describe('what undici throws', () => {
  it.each([
    ['an answer beyond the cap', new errors.ResponseExceededMaxSizeError(), 'UPSTREAM_BAD_RESPONSE'],
    ['headers beyond their cap', new errors.HeadersOverflowError(), 'UPSTREAM_BAD_RESPONSE'],
    ['headers that do not come', new errors.HeadersTimeoutError(), 'UPSTREAM_TIMEOUT'],
    ['a body that does not come', new errors.BodyTimeoutError(), 'UPSTREAM_TIMEOUT'],
    ['a connection that is not made', new errors.ConnectTimeoutError(), 'UPSTREAM_UNAVAILABLE'],
    ['a connection that breaks', new errors.SocketError('other side closed'), 'UPSTREAM_UNAVAILABLE'],
    ['a client that is closed', new errors.ClientDestroyedError(), 'UPSTREAM_UNAVAILABLE'],
    ['an answer that is no HTTP', new errors.HTTPParserError('Parse Error'), 'UPSTREAM_UNAVAILABLE'],
    ['an error with a number for a code', new DOMException('gone', 'AbortError'), 'UPSTREAM_UNAVAILABLE'],
  ])('for %s is told by its kind', (_, error, code) => {
    expect(fromUndici(error, true)).toMatchObject({ code });
    expect(fromUndici(error, true).cause).toBe(error);
  });

  it('for a server that requires a client certificate says so to the log', () => {
    const alert = Object.assign(new Error('alert number 116'), {
      code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    });
    const { cause } = fromUndici(alert, true);
    expect(cause).toMatchObject({ message: expect.stringContaining('set tls.cert and tls.key'), cause: alert });
  });

  it.each([true, false])('says whether anything was sent: %p', (isSent) => {
    const error = Object.assign(new Error('read'), { code: 'ECONNRESET' });
    expect(fromUndici(error, isSent).transient).toEqual({ isUnsent: !isSent });
  });

  it('for an abort is told as what aborted it', () => {
    expect(fromUndici(late, true)).toBe(late);
    expect(fromUndici(Object.assign(new Error('terminated'), { cause: late }), true)).toBe(late);
  });
});
