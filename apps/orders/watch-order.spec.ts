import { once } from 'node:events';
import { orders } from '#libs/contracts';
import { calledFor, describeStorages, streamFailure } from '#libs/testing';
import { status as Code } from '@grpc/grpc-js';
import { expect, it } from '@jest/globals';
import { all, inWords, ordersForTests, user } from './orders.fixture.ts';

const life = ['1 PLACED', '2 PAID', '3 PACKED', '4 SHIPPED', '5 DELIVERED'];
/** A token is valid for a minute. */
const ada = () => user('ada');

describeStorages('a watched order', (storage) => {
  const start = ordersForTests();
  let quick: ReturnType<typeof start> | undefined;
  let still: ReturnType<typeof start> | undefined;
  const moving = () => (quick ??= storage.fresh().then((place) => start(place, { ORDER_STEP_MS: '40' })));
  const resting = () => (still ??= storage.fresh().then((place) => start(place, { ORDER_STEP_MS: '3600000' })));

  it('moves automatically to DELIVERED; the watch returns each move once, in order, and then ends', async () => {
    const { place, watch } = await moving();
    const { id, placedAt } = await place(ada());
    const moves = await all(watch(ada(), id));
    expect(inWords(moves)).toEqual(life);
    expect(moves[0]).toEqual({
      sequence: 1,
      orderId: id,
      status: orders.OrderStatus.PLACED,
      occurredAt: placedAt,
    });
    const times = moves.map(({ occurredAt }) => occurredAt!.getTime());
    for (let move = 1; move < times.length; move++)
      expect(times[move]! - times[move - 1]!).toBeGreaterThanOrEqual(40);
  });

  it('has the same moves for concurrent watchers that start at any time', async () => {
    const { place, watch } = await moving();
    const { id } = await place(ada());
    const watches = [all(watch(ada(), id))];
    for await (const move of watch(ada(), id)) {
      watches.push(all(watch(ada(), id)), all(watch(ada(), id, move.sequence)));
    }
    const seen = (await Promise.all(watches)).map(inWords);
    for (const moves of seen) expect(moves).toEqual(life.slice(life.length - moves.length));
    expect(seen.map((moves) => moves.length)).toEqual([5, 5, 4, 5, 3, 5, 2, 5, 1, 5, 0]);
  });

  it('ends its watch when it is cancelled', async () => {
    const { place, watch, cancel } = await resting();
    const { id } = await place(ada());
    const stream = watch(ada(), id);
    const moves = all(stream);
    await once(stream, 'metadata');
    await cancel(ada(), id);
    expect(inWords(await moves)).toEqual(['1 PLACED', '2 CANCELLED']);
    expect(await all(watch(ada(), id, 2))).toEqual([]);
    expect(await all(watch(ada(), id, 99))).toEqual([]);
  });

  it('has one history if it is cancelled while the clock moves it', async () => {
    const { place, watch, cancel } = await moving();
    const histories = Array.from({ length: 10 }, async (_, index) => {
      const { id } = await place(ada());
      for await (const { sequence } of watch(ada(), id)) {
        if (sequence === 1 + (index % 3)) await cancel(ada(), id).catch(() => undefined);
      }
      return inWords(await all(watch(ada(), id)));
    });
    for (const history of await Promise.all(histories)) {
      const last = history.pop()!;
      expect(history).toEqual(life.slice(0, history.length));
      expect([`${history.length + 1} CANCELLED`, '5 DELIVERED']).toContain(last);
    }
  });

  it('is not found by another caller, and requires a login', async () => {
    const { place, watch } = await resting();
    const { id } = await place(ada());
    const codeOf = async (stream: AsyncIterable<unknown>) => Code[(await streamFailure(stream)).code];
    expect(await codeOf(watch(user('somebody'), id))).toBe('NOT_FOUND');
    expect(await codeOf(watch(ada(), 'nothing'))).toBe('NOT_FOUND');
    expect(await codeOf(watch(ada(), id, -1))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(watch(calledFor({ scopes: [] }, 'orders'), id))).toBe('UNAUTHENTICATED');
  });

  it('ends its watch at the deadline, and when the client cancels', async () => {
    const { place, client, watch } = await resting();
    const { id } = await place(ada());
    const request = { id, afterSequence: 0 };
    const failure = await streamFailure(client.watchOrder(request, ada(), { deadline: Date.now() + 100 }));
    expect(Code[failure.code]).toBe('DEADLINE_EXCEEDED');
    const stream = watch(user('ada', ['admin']), id);
    const failed = once(stream, 'error');
    await once(stream, 'data');
    stream.cancel();
    expect((await failed)[0].code).toBe(Code.CANCELLED);
  });

  it('ends its watch with UNAVAILABLE when the service stops, and continues in the next process', async () => {
    const place = await storage.fresh();
    const first = await start(place, { ORDER_STEP_MS: '3600000' });
    const { id } = await first.place(ada());
    const stream = first.watch(ada(), id);
    stream.once('data', () => void first.stop());
    expect(Code[(await streamFailure(stream)).code]).toBe('UNAVAILABLE');
    await first.stop();
    const second = await start(place, { ORDER_STEP_MS: '3600000' });
    const moves = all(second.watch(ada(), id, 1));
    await second.cancel(ada(), id);
    expect(inWords(await moves)).toEqual(['2 CANCELLED']);
  });
});
