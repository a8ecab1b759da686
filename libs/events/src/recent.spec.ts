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
