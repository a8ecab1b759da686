import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/errors';
import { Context } from '#libs/upstream';
import { type Answer, httpUpstreams, json } from './http-upstream.fixture.ts';

const { upstream } = httpUpstreams();
const aContext = (timeoutMs = 3_000) => new Context({ log: { requestId: 'r-1' }, timeoutMs });

const begin = (response: ServerResponse, type = 'text/event-stream; charset=utf-8') =>
  response.writeHead(200, { 'content-type': type });
const events =
  (...texts: string[]): Answer =>
  (response) => {
    begin(response);
    for (const text of texts) response.write(text);
    response.end();
  };

async function opened(answer: Answer, context = aContext()) {
  const { client, received } = await upstream(answer);
  const open = client.stream<{ n: number }>('POST', '/count', 'END');
  return { received, stream: open(context, { body: { to: 3 } }) };
}

const all = async (stream: AsyncIterable<{ n: number }>): Promise<number[]> => {
  const found: number[] = [];
  for await (const { n } of stream) found.push(n);
  return found;
};

describe('events of a REST upstream', () => {
  it('come one after the other, however they were cut on the way', async () => {
    const { stream, received } = await opened(
      events('data: {"n":1}\n\nda', 'ta: {"n"', ':2}\r\n\r\n: beat\n\n', 'data: {"n":3}\n\ndata: END\n\n'),
    );
    expect(await all(await stream)).toEqual([1, 2, 3]);
    expect(received[0]).toMatchObject({ method: 'POST', url: '/count', body: '{"to":3}' });
    expect(received[0]!.headers).toMatchObject({ accept: 'text/event-stream', 'x-request-id': 'r-1' });
  });

  it('come after interim answers, 100 (Continue) that nobody asked for included', async () => {
    const { stream } = await opened((response, request) => {
      response.writeContinue();
      response.writeProcessing();
      events('data: {"n":1}\n\ndata: END\n\n')(response, request);
    });
    expect(await all(await stream)).toEqual([1]);
  });

  it('are at their end with the last word, even where the connection stays open', async () => {
    const { stream } = await opened((response) => void begin(response).write('data: {"n":1}\n\ndata: END\n\n'));
    expect(await all(await stream)).toEqual([1]);
  });

  it('are at their end with the last word, also without the empty line after it', async () => {
    const { stream } = await opened(events('data: {"n":1}\n\n', 'data: END\n'));
    expect(await all(await stream)).toEqual([1]);
    const { stream: other } = await opened(events('data: {"n":1}\n\ndata: END'));
    expect(await all(await other)).toEqual([1]);
  });

  it('may be empty in between, and are then passed over', async () => {
    const { stream } = await opened(
      events('data\n\ndata:\n\nevent: ping\ndata: \n\ndata: {"n":1}\n\ndata: END\n\n'),
    );
    expect(await all(await stream)).toEqual([1]);
  });

  it.each([
    ['ends without it', events('data: {"n":1}\n\n'), 'UPSTREAM_UNAVAILABLE'],
    [
      'is cut off',
      ((response) => {
        begin(response).write('data: {"n":1}\n\n');
        setImmediate(() => response.destroy());
      }) as Answer,
      'UPSTREAM_UNAVAILABLE',
    ],
    ['ends within another', events('data: {"n":1}\n\ndata: {"n":2}'), 'UPSTREAM_UNAVAILABLE'],
    ['is no JSON', events('data: {"n":1}\n\n', 'data: {oops\n\n'), 'UPSTREAM_BAD_RESPONSE'],
    ['has no end', events('data: {"n":1}\n\n', `data: ${'x'.repeat(2_000_000)}`), 'UPSTREAM_BAD_RESPONSE'],
  ])('fail after those that came, where one %s', async (_, answer, code) => {
    const { stream } = await opened(answer);
    const found: number[] = [];
    const reading = (async () => {
      for await (const { n } of await stream) found.push(n);
    })();
    await expect(reading).rejects.toMatchObject({ code });
    expect(found).toEqual([1]);
  });

  it.each([
    ['JSON', json({ n: 1 }), 'UPSTREAM_BAD_RESPONSE'],
    ['a refusal', json({}, 422), 'VALIDATION_FAILED'],
    ['a failure', json({}, 500), 'UPSTREAM_BAD_RESPONSE'],
    ['nothing in time', (() => {}) as Answer, 'UPSTREAM_TIMEOUT'],
  ])('cannot be had where the upstream answers %s', async (_, answer, code) => {
    const { stream } = await opened(answer, aContext(code === 'UPSTREAM_TIMEOUT' ? 100 : 30_000));
    await expect(stream).rejects.toMatchObject({ code });
    await expect(stream).rejects.toBeInstanceOf(GatewayError);
  });

  it('go on after the time of the request that opened them', async () => {
    const context = aContext();
    const later = Promise.withResolvers<ServerResponse>();
    const { stream } = await opened((response) => {
      begin(response).write('data: {"n":1}\n\n');
      later.resolve(response);
    });
    const reading = stream.then(all);
    await stream;
    context.end('deadline');
    (await later.promise).end('data: {"n":2}\n\ndata: END\n\n');
    expect(await reading).toEqual([1, 2]);
  });

  it('are hung up on when they are closed, whatever is waited for', async () => {
    const hungUp = Promise.withResolvers<void>();
    const { stream } = await opened((response) => {
      response.once('close', hungUp.resolve);
      begin(response).write('data: {"n":1}\n\n');
    });
    const open = await stream;
    const reading = all(open);
    open.close();
    await hungUp.promise;
    expect((await reading).length).toBeLessThanOrEqual(1);
  });

  it('wait at the upstream while nobody reads them', async () => {
    const max = 40_000;
    let sent = 0;
    const stuck = Promise.withResolvers<void>();
    const { stream } = await opened((response) => {
      begin(response);
      const go = () => {
        while (sent < max && response.write(`data: {"n":${(sent += 1)},"fill":"${'x'.repeat(200)}"}\n\n`));
        if (sent >= max) response.end('data: END\n\n');
        else stuck.resolve();
      };
      response.on('drain', go);
      go();
    });
    const open = await stream;
    await stuck.promise;
    // What is on its way fits in the buffers of two sockets.
    expect(sent).toBeLessThan(max);
    const found = await all(open);
    expect([found.length, found.at(-1)]).toEqual([max, max]);
  }, 60_000);
});
