import { describe, expect, it } from '@jest/globals';
import { answer, echo, options, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

describe('a request', () => {
  it('has the user agent, the accepted encodings and the timeout', async () => {
    const seen = Promise.withResolvers<Record<string, unknown>>();
    const { address } = await serve((stream, headers) => {
      seen.resolve(headers);
      answer(stream);
    });
    await poolOf(address).unary(echo, 'ping', options({ timeoutMs: 1_234.5, metadata: ['x-one', '1'] }));
    expect(await seen.promise).toMatchObject({
      ':method': 'POST',
      ':scheme': 'http',
      ':authority': address,
      ':path': '/test.Echo/Say',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': expect.stringMatching(/^grpc-node-atrium\/\d/),
      'grpc-accept-encoding': 'identity,gzip',
      'grpc-timeout': '1235m',
      'x-one': '1',
    });
  });

  it.each([
    [0.2, '1m'],
    [99_999_999, '99999999m'],
    [100_000_000, '100000S'],
  ])('of %d ms has a timeout of %s', async (timeoutMs, value) => {
    const seen = Promise.withResolvers<unknown>();
    const { address } = await serve((stream, headers) => {
      seen.resolve(headers['grpc-timeout']);
      answer(stream);
    });
    await poolOf(address).unary(echo, 'ping', options({ timeoutMs }));
    expect(await seen.promise).toBe(value);
  });
});
