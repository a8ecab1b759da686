import { describe, expect, it } from '@jest/globals';
import { Recording } from '#libs/observe';
import { keepReason } from './keep-reason.ts';

const settings = { TRACES_KEEP: ['errors', 'degraded', 'slow'] as const, TRACES_SLOW_MS: 100 };

function ended({
  error,
  ms = 1,
  attributes = {},
  isBranch = false,
}: Partial<{
  error: string;
  ms: number;
  attributes: Record<string, string[] | boolean>;
  isBranch: boolean;
}>): Recording {
  const recording = new Recording(
    { requestId: 'r-1', name: 'GET', kind: 'server', attributes, isBranch },
    () => {},
  );
  recording.root.end(error, recording.root.startMs + ms);
  return recording;
}

const reasonOf = (given: Parameters<typeof ended>[0], keep: string[] = [...settings.TRACES_KEEP]) =>
  keepReason(ended(given), { ...settings, TRACES_KEEP: keep as never });

describe('the reason to keep a trace after its end', () => {
  it('is an error, a degraded answer, or a duration, in this order', () => {
    const attributes = { 'atrium.degraded': ['name:TIMEOUT'] };
    expect(reasonOf({ error: 'INTERNAL', attributes, ms: 200 })).toBe('errors');
    expect(reasonOf({ attributes, ms: 200 })).toBe('degraded');
    expect(reasonOf({ ms: 100 })).toBe('slow');
    expect(reasonOf({ ms: 99 })).toBeUndefined();
  });

  it('is none that the settings do not name', () => {
    expect(reasonOf({ error: 'INTERNAL', ms: 200 }, ['degraded'])).toBeUndefined();
    expect(reasonOf({ error: 'INTERNAL', ms: 200 }, ['slow'])).toBe('slow');
  });

  it('is not the duration of a stream, and none of work without its request', () => {
    expect(reasonOf({ attributes: { 'atrium.stream': true }, ms: 200 })).toBeUndefined();
    expect(reasonOf({ error: 'INTERNAL', isBranch: true })).toBeUndefined();
  });
});
