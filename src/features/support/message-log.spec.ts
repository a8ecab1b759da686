import { GatewayError } from '#libs/errors';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MessageLogMemory } from './message-log.memory.ts';
import { MessageLogRedis } from './message-log.redis.ts';
import { MAX_ROOM_BYTES, type MessageLog, MAX_KEPT } from './message-log.ts';

const server = await ownRedisForTests();
const connections = redisConnections();
const inRedis = async () => new MessageLogRedis(await connections.connected((server as { url: string }).url));

afterAll(async () => {
  await connections.close();
  if (!('skip' in server)) await server.stop();
});

const PLACES: [string, () => Promise<MessageLog>][] = [
  ['in memory', async () => new MessageLogMemory(16_777_216)],
  ...('skip' in server ? [] : ([['in Redis', inRedis]] as [string, () => Promise<MessageLog>][])),
];

/** Commands have 50 ms, which some of a thousand miss on a busy machine; the same message twice is one. */
async function untilTaken<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'OVERLOADED') throw error;
    return untilTaken(act);
  }
}

describe.each(PLACES)('messages, %s', (_, open) => {
  let log: MessageLog;
  beforeAll(async () => void (log = await open()));

  let rooms = 0;
  const newRoom = () => `o${(rooms += 1)}`;
  const post = (orderId: string, text: string, clientId = text, authorId = 'u1') =>
    log.append({ orderId, text, clientId, authorId, author: 'customer' });
  const texts = (messages: { text: string }[]) => messages.map(({ text }) => text).join('');

  it('are stored in order, with increasing ids and times', async () => {
    const room = newRoom();
    const before = Date.now() - 1;
    const all = [await post(room, 'a'), await post(room, 'b'), await post(room, 'c')];
    expect(await log.after(room, undefined, 10)).toEqual(all);
    expect(await log.after(room, all[0]!.id, 10)).toEqual(all.slice(1));
    expect(await log.after(room, undefined, 2)).toEqual(all.slice(0, 2));
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
    expect(Date.parse(all[0]!.sentAt)).toBeGreaterThanOrEqual(before);
  });

  it('are read backwards in pages, each oldest first', async () => {
    const room = newRoom();
    const all = [];
    for (const text of 'abcdef') all.push(await post(room, text));
    expect(texts(await log.before(room, undefined, 2))).toBe('ef');
    expect(texts(await log.before(room, all[4]!.id, 3))).toBe('bcd');
    expect(texts(await log.before(room, all[0]!.id, 3))).toBe('');
  });

  it('are deduplicated by author and client id', async () => {
    const room = newRoom();
    const first = await post(room, 'a', 'm1');
    expect(await post(room, 'again', 'm1')).toEqual(first);
    const [one, other] = await Promise.all([post(room, 'b', 'm2'), post(room, 'b', 'm2')]);
    expect(one).toEqual(other);
    expect((await post(room, 'c', 'm1', 'u2')).id).not.toBe(first.id);
    expect(texts(await log.after(room, undefined, 10))).toBe('abc');
  });

  it('belong to one room', async () => {
    const [room, other] = [newRoom(), newRoom()];
    await post(room, 'a');
    expect(await log.after(other, undefined, 10)).toEqual([]);
  });

  it('have a seen position for each member', async () => {
    const room = newRoom();
    expect(await log.seenBy(room, 'u1')).toBeUndefined();
    await log.markSeen(room, 'u1', '1000-2');
    for (const earlier of ['1000-1', '999-9']) await log.markSeen(room, 'u1', earlier);
    expect(await log.seenBy(room, 'u1')).toBe('1000-2');
    await log.markSeen(room, 'u1', '1000-10');
    expect(await log.seenBy(room, 'u1')).toBe('1000-10');
    expect(await log.seenBy(room, 'u2')).toBeUndefined();
  });

  it('are deleted with the account of their customer, those of support in its room as well', async () => {
    const [room, other] = [newRoom(), newRoom()];
    await post(room, 'mine', 'm1', 'gone');
    await log.append({ orderId: room, text: 'theirs', clientId: 's1', authorId: 'helper', author: 'support' });
    await log.markSeen(room, 'gone', '1-1');
    await post(other, 'of somebody', 'm1', 'gone-too');
    for (let times = 0; times < 2; times += 1) {
      await log.deleteMember('gone');
      expect(await log.after(room, undefined, 10)).toEqual([]);
      expect(await log.seenBy(room, 'gone')).toBeUndefined();
      expect(texts(await log.after(other, undefined, 10))).toBe('of somebody');
    }
    expect((await post(room, 'again', 'm1', 'gone')).text).toBe('again');
  });

  it('stay without the id of their author where an account of support is deleted', async () => {
    const room = newRoom();
    const answer = { orderId: room, text: 'À bientôt / "soon"', clientId: 's1', author: 'support' } as const;
    const all = [await post(room, 'where is it?'), await log.append({ ...answer, authorId: 'leaving' })];
    all.push(await post(room, 'thanks'));
    await log.markSeen(room, 'leaving', all[0]!.id);
    await log.markSeen(room, 'u1', all[0]!.id);
    await log.deleteMember('leaving');
    const left = [all[0], { ...all[1], authorId: 'deleted' }, all[2]];
    expect(await log.after(room, undefined, 10)).toEqual(left);
    expect([await log.seenBy(room, 'leaving'), await log.seenBy(room, 'u1')]).toEqual([undefined, all[0]!.id]);
    expect((await post(room, 'later')).id > all[2]!.id).toBe(true);
    expect(await log.after(room, all[2]!.id, 10)).toMatchObject([{ text: 'later' }]);
  });

  it('are dropped beyond the limit, oldest first', async () => {
    const room = newRoom();
    const first = await post(room, 'first');
    for (let n = 0; n < MAX_KEPT + 200; n += 1) await untilTaken(() => post(room, `${n}`));
    const kept = await untilTaken(() => log.after(room, undefined, 10_000));
    expect(kept.length).toBeLessThan(MAX_KEPT + 200);
    expect(kept.length).toBeGreaterThanOrEqual(MAX_KEPT);
    expect(kept.at(-1)!.text).toBe(`${MAX_KEPT + 199}`);
    expect((await post(room, 'first')).id).not.toBe(first.id);
  }, 60_000);

  it('stay within the memory limit of a room, however long they are', async () => {
    const room = newRoom();
    const long = 'x'.repeat(2_000);
    for (let n = 0; n < 600; n += 1) await untilTaken(() => post(room, `${n} ${long}`, `${n}`));
    const kept = await untilTaken(() => log.after(room, undefined, 10_000));
    expect(kept.map(({ clientId }) => Number(clientId))).toEqual(
      kept.map((_, index) => 600 - kept.length + index),
    );
    expect(kept.length).toBeGreaterThan(200);
    expect(kept.length * 2_000).toBeLessThan(MAX_ROOM_BYTES);
    expect((await untilTaken(() => post(room, 'the first again', '0'))).text).toBe('the first again');
  }, 60_000);
});

describe('messages in memory, in all rooms', () => {
  const MAX_BYTES = 2_097_152;
  const post = (log: MessageLog, orderId: string, clientId: string) =>
    log.append({ orderId, clientId, text: 'x'.repeat(2_000), authorId: 'u1', author: 'customer' });

  it('stay within the memory limit: the least recently used rooms are dropped', async () => {
    const log = new MessageLogMemory(MAX_BYTES);
    for (let room = 0; room < 20; room += 1) {
      for (let n = 0; n < 100; n += 1) {
        await post(log, `o${room}`, `m${n}`);
        expect(log.bytes).toBeLessThanOrEqual(MAX_BYTES);
      }
      // Reading keeps this room recently used.
      expect(await log.before('o0', undefined, 100)).toHaveLength(100);
    }
    const kept = [];
    for (let room = 0; room < 20; room += 1)
      if ((await log.after(`o${room}`, undefined, 100)).length) kept.push(room);
    expect(kept).toEqual([0, 17, 18, 19]);
  });

  it('include seen positions and empty rooms in the limit', async () => {
    const log = new MessageLogMemory(MAX_BYTES);
    for (let room = 0; room < 5_000; room += 1) await log.markSeen(`o${room}`, 'u1', '1-1');
    expect(log.bytes).toBeGreaterThan(MAX_BYTES / 2);
    expect(log.bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect([await log.seenBy('o0', 'u1'), await log.seenBy('o4999', 'u1')]).toEqual([undefined, '1-1']);
  });

  it('take no memory for rooms that are only read', async () => {
    const log = new MessageLogMemory(MAX_BYTES);
    expect(await log.after('o1', undefined, 10)).toEqual([]);
    expect(await log.seenBy('o1', 'u1')).toBeUndefined();
    expect(log.bytes).toBe(0);
  });
});
