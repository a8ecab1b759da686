import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { httpFailure, type HttpLie, LyingHttp, UPSTREAM_SECRET } from '#libs/testing';
import { send, PATH, question, textOf } from '#test/support/requests';
import { Client } from '#test/support/client';
import { Shop } from '#test/support/shop';

describe('an assistant that is not as it should be', () => {
  let shop: Shop;
  let ada: Client;
  let upstream: LyingHttp;

  beforeAll(async () => {
    upstream = await LyingHttp.open({});
    shop = await Shop.open({
      ASSISTANT_URL: `http://${upstream.address}`,
      UPSTREAMS_FILE: 'test/support/measure-only.json',
    });
    ada = await Client.of(shop, 'ada');
  });
  afterEach(() => upstream.stopLying());
  afterAll(async () => {
    await shop?.close();
    await upstream?.close();
  });

  const write = (response: ServerResponse, content: string) =>
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
  const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

  it.each([
    ['fails', httpFailure(503), 502, 'UPSTREAM_UNAVAILABLE'],
    [
      'answers with a page',
      ((response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end(UPSTREAM_SECRET)) as HttpLie,
      502,
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['has had enough', httpFailure(429), 503, 'OVERLOADED'],
  ])('is a refusal with a status where it %s before it begins', async (_, lie, status, code) => {
    upstream.answerWith(lie);
    const answer = await ada.post(PATH, question('Hello'));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.text).not.toContain(UPSTREAM_SECRET);
  });

  it.each([
    ['is cut off', (response: ServerResponse) => void response.destroy(), 'UPSTREAM_UNAVAILABLE'],
    ['ends too soon', (response: ServerResponse) => void response.end(), 'UPSTREAM_UNAVAILABLE'],
    [
      'says that it failed',
      (response: ServerResponse) =>
        void response.end(`data: ${JSON.stringify({ error: { message: UPSTREAM_SECRET } })}\n\ndata: [DONE]\n\n`),
      'UPSTREAM_UNAVAILABLE',
    ],
    [
      'says that it failed, in a word',
      (response: ServerResponse) => void response.end(`data: ${JSON.stringify({ error: UPSTREAM_SECRET })}\n\n`),
      'UPSTREAM_UNAVAILABLE',
    ],
    [
      'talks nonsense',
      (response: ServerResponse) => void response.write('data: {"choices": 7}\n\n'),
      'UPSTREAM_BAD_RESPONSE',
    ],
  ])('is an event, not a cut, where it %s midway', async (_, breakOff, code) => {
    upstream.answerWith((response) => {
      begin(response);
      write(response, 'Well, ');
      setImmediate(() => breakOff(response));
    });
    const { response, hear } = await send(shop, ada, question('Hello'));
    const events = await hear();
    expect(response.status).toBe(200);
    expect(textOf(events)).toBe('Well, ');
    const last = events.at(-1)!;
    expect([last.event, JSON.parse(last.data)]).toEqual([
      'error',
      expect.objectContaining({ code, requestId: response.headers.get('x-request-id') }),
    ]);
    expect(JSON.stringify(events)).not.toContain(UPSTREAM_SECRET);
    expect(events.some(({ data }) => data === '[DONE]')).toBe(false);
  });

  it.each([
    ['has no choices where it counts tokens', { choices: null, usage: { total_tokens: 7 } }],
    ['has a choice without more text', { choices: [{ finish_reason: 'stop' }] }],
    ['has a delta that is null', { choices: [{ index: 0, delta: null }] }],
    ['names nothing but its choices', { id: null, object: null, created: null, model: null, choices: [] }],
    ['has fractions of a second', { created: 1764500000.5, choices: [] }],
    ['has not counted yet', { choices: [], usage: {} }],
  ])('is passed on as it should be, where it %s', async (_, chunk) => {
    upstream.answerWith((response) => {
      begin(response);
      write(response, 'Well, ');
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      write(response, 'yes.');
      response.end('data: [DONE]\n\n');
    });
    const events = await (await send(shop, ada, question('Hello'))).hear();
    expect([textOf(events), events.at(-1)!.data]).toEqual(['Well, yes.', '[DONE]']);
  });

  it('is told within a second that the client has left', async () => {
    const hungUp = Promise.withResolvers<number>();
    upstream.answerWith((response) => {
      begin(response);
      write(response, 'Well, ');
      response.once('close', () => hungUp.resolve(performance.now()));
    });
    const leaving = new AbortController();
    const { events, hear } = await send(shop, ada, question('Hello'), leaving.signal);
    await hear(() => events.length > 0).catch(() => undefined);
    const leftAt = performance.now();
    leaving.abort();
    expect((await hungUp.promise) - leftAt).toBeLessThan(1_000);
  });

  it('waits while the client does not read', async () => {
    const max = 9_000;
    let text = 0;
    const stuck = Promise.withResolvers<void>();
    upstream.answerWith((response) => {
      begin(response);
      const go = () => {
        while (text < max && write(response, `${(text += 1)} ${'x'.repeat(900)}`));
        if (text >= max) response.end('data: [DONE]\n\n');
        else stuck.resolve();
      };
      response.on('drain', go);
      go();
    });
    const { hear } = await send(shop, ada, question('Hello'));
    await stuck.promise;
    expect(text).toBeLessThan(max);
    const events = await hear();
    expect([events.length, events.at(-1)!.data]).toEqual([max + 1, '[DONE]']);
    expect(await shop.metric(/^streams_ended_total\{reason="overflow"\} (\d+)$/m)).toBe(0);
  });

  it("is told nothing of who asks where it is somebody else's", async () => {
    const other = await Shop.open({
      ASSISTANT_URL: `http://${upstream.address}`,
      ASSISTANT_API_KEY: 'sk-of-a-provider',
      ASSISTANT_MODEL: 'large',
    });
    upstream.answerWith((response) => {
      begin(response);
      write(response, 'Hi.');
      response.end('data: [DONE]\n\n');
    });
    const requested = upstream.taken.length;
    const { hear } = await send(other, await Client.of(other, 'ada'), question('Hello'));
    expect(textOf(await hear())).toBe('Hi.');
    const { headers, question: body } = upstream.taken[requested]!;
    expect(headers['authorization']).toBe('Bearer sk-of-a-provider');
    expect(body).toMatchObject({ model: 'large', stream: true });
    expect(JSON.stringify(other.logs.gateway.lines)).not.toContain('sk-of-a-provider');
    await other.close();
  });
});
