import { loadConfig } from '#gateway/config/config';
import { aContext } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { CallCounts, PendingCalls } from './call-counts.ts';
import { restOperation } from './used-operation.ts';

const by = (app?: string) => aContext({ client: { address: '', userAgent: '', app } });
const counting = () => new CallCounts(loadConfig({}));
const home = () => new PendingCalls(restOperation('GET /v1/home'));

describe('counts of calls', () => {
  it('are by client, with refused calls of what has ended apart, and are collected once', () => {
    const [counts, calls] = [counting(), home()];
    for (const app of ['web/1', 'web/1', undefined]) counts.count(calls, by(app));
    counts.count(calls, by('web/1'), true);
    expect(counts.collect()).toEqual([
      { operation: calls.operation, client: 'web/1', isGone: false, calls: 2 },
      { operation: calls.operation, client: '_NONE/_NONE', isGone: false, calls: 1 },
      { operation: calls.operation, client: 'web/1', isGone: true, calls: 1 },
    ]);
    expect(counts.collect()).toEqual([]);
    counts.count(calls, by('web/1'));
    expect(counts.collect()).toMatchObject([{ client: 'web/1', calls: 1 }]);
  });

  it('are to be collected once there are many pairs, so that they cannot fill the memory', () => {
    const [counts, calls] = [counting(), home()];
    const collected: number[] = [];
    counts.onFull = () => collected.push(counts.collect().length);
    for (let n = 0; n < 2_500; n += 1) counts.count(calls, by(`invented/${n}`));
    expect([...collected, counts.collect().length]).toEqual([1_000, 1_000, 500]);
  });

  it('have 300 places for invented operations until they are collected', () => {
    const counts = counting();
    const places = () => Array.from({ length: 400 }, () => counts.takePlace()).filter(Boolean).length;
    expect(places()).toBe(300);
    counts.collect();
    expect(places()).toBe(300);
  });
});
