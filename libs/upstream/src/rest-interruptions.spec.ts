import type { GatewayError } from '#libs/errors';
import { describe, expect, it } from '@jest/globals';
import { Context } from '#libs/upstream';
import { type Answer, httpUpstreams, json } from './http-upstream.fixture.ts';

const { upstream } = httpUpstreams();
const aContext = (timeoutMs = 3_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

/** Asks over a connection that is there already: what is timed is the call. */
async function failureOf(answer: Answer, contextOf: () => Context): Promise<[GatewayError, Context]> {
  let isWarm = false;
  const { client } = await upstream((response, request) => {
    if (isWarm) answer(response, request);
    else json({})(response, request);
  });
  const list = client.operation('GET', '/users');
  await list(aContext(), {});
  isWarm = true;
  const context = contextOf();
  return list(context, {}).then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: GatewayError) => [error, context],
  );
}

describe('a REST operation that takes too long', () => {
  const hanging: [string, Answer][] = [
    ['the upstream says nothing', () => undefined],
    [
      'the upstream stops in the middle',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"users":'),
    ],
  ];

  it.each(hanging)('fails with UPSTREAM_TIMEOUT at the deadline, and hangs up, where %s', async (_, answer) => {
    const hungUp = Promise.withResolvers<void>();
    const interrupted: Answer = (response, request) => {
      response.once('close', hungUp.resolve);
      answer(response, request);
    };
    const [error, context] = await failureOf(interrupted, () => aContext(100));
    const tookMs = performance.now() - context.startedAt;
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(tookMs).toBeGreaterThan(90);
    expect(tookMs).toBeLessThan(1_000);
    await hungUp.promise;
  });

  it.each(hanging)('is ended, and hangs up, when its client has gone, where %s', async (_, answer) => {
    const hungUp = Promise.withResolvers<void>();
    const leaving = aContext();
    const interrupted: Answer = (response, request) => {
      response.once('close', hungUp.resolve);
      answer(response, request);
      setImmediate(() => leaving.end());
    };
    const [error] = await failureOf(interrupted, () => leaving);
    expect(error).toEqual(leaving.reason);
    await hungUp.promise;
  });

  it('does not go out at all where its request has ended', async () => {
    const { client, received } = await upstream(json({}));
    const context = aContext();
    context.end();
    await expect(client.operation('GET', '/users')(context, {})).rejects.toEqual(context.reason);
    expect(received).toEqual([]);
  });
});
