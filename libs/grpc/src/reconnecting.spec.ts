import { status as Status } from '@grpc/grpc-js';
import { freePort } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { answer, echo, failureOf, options, wire } from './wire.fixture.ts';

const { serve, poolOf } = wire();

describe('an address that refused connections', () => {
  it('is reconnected automatically, and reports it', async () => {
    const port = await freePort();
    const recovered = Promise.withResolvers<void>();
    const pool = poolOf(`127.0.0.1:${port}`, { onRecovered: recovered.resolve });
    expect(await failureOf(pool.unary(echo, 'ping', options()))).toMatchObject({ code: Status.UNAVAILABLE });
    const { calls } = await serve((stream) => answer(stream), {}, port);
    await recovered.promise;
    expect(calls()).toBe(0);
    expect(pool.report()).toMatchObject([{ connections: [{ state: 'READY', calls: 0 }] }]);
    expect(await pool.unary(echo, 'ping', options())).toBe('pong');
  });
});
