import { loadConfig } from '#gateway/config/config';
import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecentRequests } from './recent-requests.ts';

let recordings: RequestRecordings;
let recent: RecentRequests;
beforeEach(() => {
  recordings = new RequestRecordings();
  recent = new RecentRequests(loadConfig({}), recordings);
  recent.onModuleInit();
});
afterEach(() => recent.onApplicationShutdown());

/** The start of a second. */
const endMs = Math.floor(performance.now() / 1000) * 1000;

/** Records requests that all end at the same moment. */
function record(count: number, error?: string): void {
  for (let n = 0; n < count; n += 1)
    recordings
      .begin({ requestId: `${error}-${n}`, name: 'GET', kind: 'server', startMs: endMs - 1 })!
      .root.end(error, endMs);
}

describe('the recent requests', () => {
  it('have every one of a quiet second, and fifty of a busy one', () => {
    record(20);
    expect(recent.list('latest', 15)).toHaveLength(20);
    record(1_000);
    expect(recent.withId('undefined-29')).toHaveLength(1);
    expect(recent.withId('undefined-30')).toEqual([]);
  });

  it('have those that failed, however busy the second was', () => {
    record(1_000);
    record(10, 'UPSTREAM_TIMEOUT');
    expect(recent.list('failed', 15)).toHaveLength(10);
    expect(recent.withId('UPSTREAM_TIMEOUT-9')).toMatchObject([{ code: 'UPSTREAM_TIMEOUT' }]);
  });
});
