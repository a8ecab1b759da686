import { Recording } from '#libs/observe';
import { describe, expect, it } from '@jest/globals';
import { RecordingList } from './recording-list.ts';
import { SlowRequests } from './slow-requests.ts';

/** A finished recording that began at a moment and took some milliseconds, with further spans. */
function recorded(requestId: string, { startMs = performance.now(), durationMs = 1, spans = 0 } = {}): Recording {
  const recording = new Recording({ requestId, name: 'GET', kind: 'server', startMs }, () => {});
  for (let count = 0; count < spans; count += 1) recording.root.start('byIds', 'client').end();
  recording.root.end(undefined, startMs + durationMs);
  return recording;
}

const idsOf = (list: Iterable<Recording>) => [...list].map(({ requestId }) => requestId);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const MINUTE_MS = 60_000;

describe('a list of recordings', () => {
  it('drops the oldest beyond its bytes, and one that is larger than all of them', () => {
    const list = new RecordingList(20_500);
    for (const id of numbered(100)) list.add(recorded(id));
    expect(idsOf(list)).toEqual(numbered(100).slice(-10));
    expect(list.bytes).toBeLessThanOrEqual(20_500);
    list.add(recorded('large', { spans: 40 }));
    expect([idsOf(list), list.bytes]).toEqual([[], 0]);
  });

  it('drops what is too old', () => {
    const list = new RecordingList(100_000);
    const now = performance.now();
    list.add(recorded('old', { startMs: now - 20 * MINUTE_MS }));
    list.add(recorded('new'));
    list.dropBefore(Date.now() - 15 * MINUTE_MS);
    expect(idsOf(list)).toEqual(['new']);
  });
});

describe('the slowest requests', () => {
  it('are twenty of each minute, in bounded memory', () => {
    const slow = new SlowRequests(1_000_000);
    // Not at the turn of a minute, as the wall clock sees it.
    const from = Math.floor((Date.now() - 10 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS + 10_000;
    const now = from - Date.now() + performance.now();
    for (let minute = 0; minute < 3; minute += 1)
      for (let count = 0; count < 200; count += 1)
        slow.add(
          recorded(`${minute}-${count}`, { startMs: now + minute * MINUTE_MS + count, durationMs: count % 100 }),
        );
    const durations = [...slow].map(({ root }) => Math.round(root.durationMs!));
    expect(durations).toHaveLength(60);
    expect(Math.min(...durations)).toBe(90);
    expect(slow.bytes).toBeLessThanOrEqual(1_000_000);
  });

  it('leave out one that alone would fill their memory', () => {
    const slow = new SlowRequests(100_000);
    slow.add(recorded('large', { spans: 900, durationMs: 5_000 }));
    slow.add(recorded('small'));
    expect(idsOf(slow)).toEqual(['small']);
  });
});
