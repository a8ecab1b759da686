import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AssistantApi, assistantDocument } from '#libs/contracts';
import type { RunningRestService } from '#libs/service';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { LogLines, restClientFor, type RestCall } from '#libs/testing';
import { readAssistantSettings } from './settings.ts';
import { startAssistant } from './start-assistant.ts';

type Body = Partial<AssistantApi['ChatCompletion'] & AssistantApi['Problem']>;
const FACTS = {
  orders: [
    { id: 'o7', status: 'SHIPPED', total: '$12.00', items: ['1 × Mug', '2 × Lamp'] },
    { id: 'o6', status: 'DELIVERED', total: '$9.00', items: ['1 × Pen'] },
  ],
  products: [
    { name: 'Copper Lamp', price: '$4.00', inStock: true },
    { name: 'Oak Table', price: '$90.00', inStock: false },
  ],
};
const system = (facts: object | null) => ({
  role: 'system',
  content: `You help. Facts: ${facts ? JSON.stringify(facts) : 'none'}`,
});
const user = (content: string) => ({ role: 'user', content });

describe('the assistant', () => {
  const log = new LogLines();
  let assistant: RunningRestService;
  let call: RestCall<Body>;

  beforeAll(async () => {
    assistant = await startAssistant(readAssistantSettings({ PORT: '0', TOKEN_MS: '0', LOG_LEVEL: 'info' }), log);
    call = restClientFor<Body>('assistant', assistantDocument())(assistant.url);
  });
  afterAll(() => assistant.stop());

  const send = (body: object) =>
    call('POST /v1/chat/completions', { body: { model: 'any', ...body }, as: { id: 'u1', scopes: [] } });
  const answer = async (...messages: object[]) => (await send({ messages })).body.choices![0]!.message.content;

  it('answers from the given orders', async () => {
    const words = await answer(system(FACTS), user('Where is my parcel?'));
    expect(words).toBe(
      'Your newest order is o7: 1 × Mug and 2 × Lamp, for $12.00. It is SHIPPED. Before that, you placed 1 more that I can see.',
    );
    expect(await answer(system({ orders: [] }), user('my orders?'))).toBe('You have not ordered anything yet.');
  });

  it('answers from the given products', async () => {
    expect(await answer(system(FACTS), user('Do you have a lamp?'))).toBe('We have Copper Lamp for $4.00.');
    expect(await answer(system(FACTS), user('hi'))).toBe(
      'You may like Copper Lamp for $4.00; Oak Table for $90.00, not in stock.',
    );
  });

  it.each([
    [{ orders: null, products: null }, 'my order?', 'cannot see your orders'],
    [{ orders: null, products: null }, 'lamps?', 'cannot see our products'],
    [null, 'lamps?', 'cannot see our products'],
  ])('reports unavailable data: %j, %s', async (facts, question, part) => {
    expect(await answer(system(facts), user(question))).toContain(part);
  });

  it('is deterministic, and reports its token usage', async () => {
    const messages = [system(FACTS), user('lamp?')];
    const { body } = await send({ messages });
    expect(body.usage).toEqual({
      prompt_tokens: expect.any(Number),
      completion_tokens: 6,
      total_tokens: expect.any(Number),
    });
    expect((await send({ messages })).body.choices).toEqual(body.choices);
  });

  it('answers only the gateway, and serves its OpenAPI document to everybody', async () => {
    expect((await call('POST /v1/chat/completions', { body: {}, as: null })).status).toBe(401);
    expect((await call('GET /readyz', { as: null })).status).toBe(200);
    expect((await call('GET /openapi.json', { as: null })).body).toEqual(assistantDocument());
  });

  it.each([
    [{}, 400, 'messages'],
    [{ messages: [] }, 422, 'messages'],
    [{ messages: [{ role: 'god', content: 'x' }] }, 422, 'messages.0.role'],
    [{ messages: [{ role: 'user', content: 1 }] }, 400, 'messages.0.content'],
    [{ messages: [user('x')], stream: 'yes' }, 400, 'stream'],
  ])('rejects %j with %i', async (body, status, field) => {
    const refused = await send(body);
    expect([refused.status, refused.body.errors?.map((error) => error.field)]).toEqual([status, [field]]);
  });

  const streaming = (messages: object[], headers: Record<string, string> = {}) => {
    const token = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY).sign({ id: 'u1', scopes: [] }, 'assistant');
    const request = httpRequest(`${assistant.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    });
    request.end(JSON.stringify({ model: 'm', messages, stream: true, stream_options: { include_usage: true } }));
    return request;
  };

  it('streams the same answer token by token, then its usage, then [DONE]', async () => {
    const messages = [system(FACTS), user('lamp?')];
    const [response] = (await once(streaming(messages), 'response')) as [IncomingMessage];
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const text = (await response.setEncoding('utf8').toArray()).join('');
    const events = text
      .trim()
      .split('\n\n')
      .map((event) => event.slice('data: '.length));
    expect(events.pop()).toBe('[DONE]');
    const chunks = events.map((event) => JSON.parse(event) as AssistantApi['ChatChunk']);
    expect(chunks.pop()!.usage).toMatchObject({ completion_tokens: 6 });
    const words = chunks.map(({ choices }) => choices![0]!.delta!.content ?? '');
    expect(words.join('')).toBe(await answer(...messages));
    expect(words.length).toBe(6 + 2);
    expect(chunks.at(-1)!.choices![0]!.finish_reason).toBe('stop');
  });

  it("starts no work after the caller's timeout", async () => {
    const [response] = (await once(streaming([user('x')], { 'x-request-timeout-ms': '0' }), 'response')) as [
      IncomingMessage,
    ];
    response.resume();
    expect(response.statusCode).toBe(504);
  });

  it('logs one line per request, without the messages', async () => {
    const { body } = await send({ messages: [user('a secret of mine')] });
    expect(body.id).toMatch(/^chatcmpl-/);
    await log.first({ route: '/v1/chat/completions', msg: 'request', status: 200, callerId: 'u1' });
    expect(JSON.stringify(log.lines)).not.toContain('a secret of mine');
  });
});
