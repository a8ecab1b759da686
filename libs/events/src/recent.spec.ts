import { describe, expect, it } from '@jest/globals';
import { Recent } from './recent.ts';

/** Events with consecutive ids from `from-0`, each with a text of the given length. */
function publish(recent: Recent, times: number, { from = 1, topic = 'news', length = 10 } = {}): void {
  for (let n = 0; n < times; n += 1)
    recent.add({ id: `${from + n}-0`, topic, event: { type: 'said', data: { text: 'x'.repeat(length) } } });
}
const idsAfter = (recent: Recent, id: string, topic = 'news') =>
  recent.after(topic, id)?.map((published) => published.id);

describe('the newest events', () => {
  it('are bounded by count', () => {
    const recent = new Recent(3, 1_000_000);
    publish(recent, 10);
    expect(recent.size).toBe(3);
    expect(idsAfter(recent, '7-0')).toEqual(['8-0', '9-0', '10-0']);
    expect(idsAfter(recent, '6-0')).toBeUndefined();
  });

  it('are bounded by memory: a gap is reported to a client that has missed an evicted event', () => {
    const recent = new Recent(1_000, 50_000);
    for (let n = 0; n < 200; n += 1) {
      publish(recent, 1, { from: n + 1, length: 2_000 });
      expect(recent.bytes).toBeLessThanOrEqual(50_000);
    }
    expect(recent.size).toBe(11);
    expect(idsAfter(recent, '189-0')).toHaveLength(11);
    expect(idsAfter(recent, '188-0')).toBeUndefined();
  });

  it('report a gap to a client whose position is later than any event can be, and no other', () => {
    const recent = new Recent(10, 1_000_000);
    publish(recent, 3);
    const inMs = (ms: number) => `${Date.now() + ms}-0`;
    expect([idsAfter(recent, inMs(0)), idsAfter(recent, inMs(3_600_000))]).toEqual([[], undefined]);
    // A server whose clock is ahead.
    publish(recent, 1, { from: Date.now() + 7_200_000 });
    expect(idsAfter(recent, inMs(3_600_000))).toHaveLength(1);
  });

  it('have a position that is the id of the newest; without one, what no event is missing after', () => {
    const recent = new Recent(2, 1_000_000, [7, 1]);
    expect(recent.position).toBe('7-1');
    publish(recent, 1, { from: 6 });
    expect(recent.position).toBe('7-1');
    publish(recent, 3, { from: 8 });
    expect([recent.position, idsAfter(recent, '10-0')]).toEqual(['10-0', []]);
    expect(new Recent(2, 1_000_000, [Infinity, 0]).position).toBeUndefined();
  });

  it('are none if a single event exceeds the memory limit', () => {
    const recent = new Recent(10, 1_000);
    publish(recent, 1, { length: 2_000 });
    expect([recent.size, recent.bytes]).toEqual([0, 0]);
    expect(idsAfter(recent, '1-0')).toEqual([]);
    expect(idsAfter(recent, '0-0')).toBeUndefined();
  });

  it('are listed by topic, also after old ones were evicted', () => {
    const recent = new Recent(4, 1_000_000);
    publish(recent, 3, { topic: 'others' });
    publish(recent, 3, { from: 4 });
    expect(idsAfter(recent, '2-0', 'others')).toEqual(['3-0']);
    expect(idsAfter(recent, '2-0')).toEqual(['4-0', '5-0', '6-0']);
    expect(recent.after('nothing', '2-0')).toEqual([]);
  });
});
