import { describe, expect, it } from '@jest/globals';
import { latestTick, nextTick, tickId } from './schedule.ts';

const at = (time: string) => Date.parse(`2026-11-${time}Z`);

describe('a schedule', () => {
  it('has a job at the same time of each day, by UTC', () => {
    const daily = { dailyAt: '02:30' } as const;
    expect(latestTick(daily, at('28T02:30:00'))).toBe(at('28T02:30:00'));
    expect(latestTick(daily, at('28T02:29:59.999'))).toBe(at('27T02:30:00'));
    expect(nextTick(daily, at('28T02:30:00'))).toBe(at('29T02:30:00'));
  });

  it('has a job in each period', () => {
    const hourly = { everyMs: 3_600_000 };
    expect(latestTick(hourly, at('28T02:59:59'))).toBe(at('28T02:00:00'));
    expect(nextTick(hourly, at('28T02:59:59'))).toBe(at('28T03:00:00'));
  });

  it('names each time the same in all processes', () => {
    expect(tickId('products.best-sellers', at('28T02:30:00'))).toBe('products_best-sellers-20261128T023000');
  });
});
