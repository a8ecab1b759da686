import { describe, expect, it } from '@jest/globals';
import { AssistantFake } from '#gateway/upstreams/assistant/assistant.fake';
import { OrdersFake } from '#gateway/upstreams/orders/orders.fake';
import { ProductsFake } from '#gateway/upstreams/products/products.fake';
import { GatewayError } from '#libs/errors';
import { aContext, anOrder, aProduct, failing } from '#libs/testing';
import { AskAssistant } from './ask-assistant.ts';
import type { AnswerEvent } from './assistant-answer.ts';

const ADA = { id: 'u1', scopes: ['orders:read'] };
const fakes = () => ({
  orders: new OrdersFake([
    anOrder({ id: 'o1', ownerId: 'u1', total: { amountMinor: 1234, currency: 'USD' } }),
    anOrder({ id: 'o2', ownerId: 'u2' }),
  ]),
  products: new ProductsFake([
    aProduct({ id: 'p1', name: 'Copper Lamp', price: { amountMinor: 500, currency: 'JPY' } }),
    aProduct({ id: 'p2', name: 'Oak Table' }),
  ]),
});

async function send(assistant: AssistantFake, question: string, from = fakes()) {
  const useCase = new AskAssistant(assistant, from.orders, from.products);
  const answer = await useCase.run(aContext({ caller: ADA }), [{ role: 'user', content: question }]);
  const events: AnswerEvent[] = [];
  const heard = (async () => {
    for await (const event of answer) events.push(event);
  })();
  return { answer, events, heard };
}

const textOf = (events: readonly AnswerEvent[]) =>
  events.map(({ type, data }) => (type === 'text' ? data.text : '')).join('');

function factsGiven({ messages: requested }: AssistantFake) {
  const [{ role, content }] = requested as [{ role: string; content: string }];
  expect(role).toBe('system');
  return JSON.parse(/\{.*\}/s.exec(content)![0]) as {
    orders: { id: string; total: string }[] | null;
    products: { name: string; price: string }[] | null;
  };
}

describe('asking the assistant', () => {
  it('passes its words on, to the end', async () => {
    const { events, heard } = await send(new AssistantFake(['A ', 'lamp.']), 'What is this?');
    await heard;
    expect(textOf(events)).toBe('A lamp.');
    expect(events.at(-1)).toEqual({ type: 'text', data: { text: '', finishReason: 'stop' } });
  });

  it("sends the caller's orders and products that match the question", async () => {
    const assistant = new AssistantFake(['Yes.']);
    await (
      await send(assistant, 'Do you have a copper lamp?')
    ).heard;
    const facts = factsGiven(assistant);
    expect(facts.orders!.map(({ id, total }) => [id, total])).toEqual([['o1', '$12.34']]);
    expect(facts.products!.slice(0, 1)).toMatchObject([{ name: 'Copper Lamp', price: '¥500' }]);
    expect(assistant.messages.slice(1)).toEqual([{ role: 'user', content: 'Do you have a copper lamp?' }]);
  });

  it.each([[['orders']], [['orders', 'products']]])('names missing facts first: %j', async (missing) => {
    const from = fakes();
    Object.assign(from.orders, { recent: failing() });
    if (missing.includes('products')) Object.assign(from.products, { recommended: failing() });
    const assistant = new AssistantFake(['Sorry.']);
    const { events, heard } = await send(assistant, 'my orders?', from);
    await heard;
    const facts = factsGiven(assistant) as Record<string, unknown>;
    expect(missing.map((part) => facts[part])).toEqual(missing.map(() => null));
    const degraded = missing.map((part) => expect.objectContaining({ part }));
    expect(events[0]).toEqual({ type: 'degraded', data: { degraded } });
    expect(textOf(events)).toBe('Sorry.');
  });

  it('gives the reason where all facts are missing, and does not hide internal errors', async () => {
    const late = fakes();
    Object.assign(late.orders, { recent: failing('UPSTREAM_TIMEOUT') });
    Object.assign(late.products, { recommended: failing('UPSTREAM_TIMEOUT') });
    const { events, heard } = await send(new AssistantFake(['Sorry.']), 'x', late);
    await heard;
    expect(events[0]!.data).toEqual({
      degraded: ['orders', 'products'].map((part) => ({ part, reason: 'TIMEOUT' })),
    });
    const faulty = fakes();
    Object.assign(faulty.orders, { recent: failing('INTERNAL') });
    await expect(send(new AssistantFake(['Sorry.']), 'x', faulty)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('costs by tokens read and written, and no more than was reserved', async () => {
    const short = await send(new AssistantFake(['A.']), 'x');
    await short.heard;
    expect(short.answer.cost).toBe(2);
    const long = await send(new AssistantFake(Array.from({ length: 5_000 }, () => 'a ')), 'x');
    await long.heard;
    expect(long.answer.cost).toBe(20);
  });

  it('costs the pieces received before it failed', async () => {
    const { answer, events, heard } = await send(
      new AssistantFake(
        Array.from({ length: 300 }, () => 'a '),
        250,
      ),
      'x',
    );
    await expect(heard).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect([textOf(events).length, answer.cost]).toEqual([500, 4]);
  });

  it('handles every rejection where all searches fail at different times', async () => {
    const from = fakes();
    const later = () =>
      new Promise<never>((_, reject) => setImmediate(() => reject(new GatewayError('UPSTREAM_TIMEOUT'))));
    Object.assign(from.products, { recommended: failing('UPSTREAM_TIMEOUT'), search: later });
    const unheard: unknown[] = [];
    const note = (error: unknown) => void unheard.push(error);
    process.on('unhandledRejection', note);
    const { events, heard } = await send(new AssistantFake(['Yes.']), 'A copper lamp?', from);
    await heard;
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect([textOf(events), unheard]).toEqual(['Yes.', []]);
  });
});
