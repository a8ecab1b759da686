import type { PersistedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import { parsedOperation } from '#gateway/transports/graphql/documents/persisted-operations';
import { type Call, DayUsage } from '#gateway/transports/usage/day-usage';
import { UsageTotals } from '#gateway/transports/usage/usage-totals';
import { restOperation } from '#gateway/transports/usage/used-operation';
import { describe, expect, it } from '@jest/globals';
import { daysOf } from './usage-query.ts';
import { usageReport } from './usage-report.ts';

const HOME = { ...(parsedOperation('web/home', '{ home }') as PersistedOperation), releases: ['1.0.0'] };
const operation = {
  sha256: HOME.sha256,
  name: 'web/home',
  isPersisted: true,
  coordinates: ['Query.home', 'Home'],
};
const call = (client: string, calls: number, isGone = false): Call => ({ operation, client, calls, isGone });
const day = (...calls: Call[]) => {
  const usage = new DayUsage();
  usage.add(calls);
  return usage;
};

describe('the report of usage', () => {
  it('has each operation with its clients and fields, the most called first', () => {
    const retirement = { since: '2027-01-01', sunset: '2027-02-01' };
    const other: Call = {
      ...call('web/1', 9),
      operation: { ...operation, sha256: 'b', name: 'Other', isPersisted: false },
    };
    const days = ['2026-11-27', '2026-11-28'];
    const usages = [day(call('web/1', 1)), day(call('ios/7', 2), call('ios/7', 4, true), other)];
    expect(usageReport(days, usages, [{ ...HOME, retirement }])).toEqual({
      from: '2026-11-27',
      to: '2026-11-28',
      calls: 12,
      operations: [
        {
          sha256: 'b',
          name: 'Other',
          isPersisted: false,
          releases: [],
          calls: 9,
          gone: 0,
          clients: [{ name: 'web', version: '1', calls: 9, gone: 0 }],
          coordinates: ['Query.home', 'Home'],
        },
        {
          sha256: HOME.sha256,
          name: 'web/home',
          isPersisted: true,
          releases: ['1.0.0'],
          retired: retirement,
          calls: 3,
          gone: 4,
          clients: [
            { name: 'ios', version: '7', calls: 2, gone: 4 },
            { name: 'web', version: '1', calls: 1, gone: 0 },
          ],
          coordinates: ['Query.home', 'Home'],
        },
      ],
      clients: [
        { name: 'web', version: '1', calls: 10, gone: 0 },
        { name: 'ios', version: '7', calls: 2, gone: 4 },
      ],
      fields: [{ coordinate: 'Query.home', calls: 12 }],
      routes: [],
    });
  });

  it('has the operations of REST apart, by what their calls selected', () => {
    const rest = (client: string, calls: number, fields?: string[]): Call => ({
      ...call(client, calls),
      operation: restOperation('GET /v1/home', fields),
    });
    const usages = [
      day(rest('web/1', 1), call('web/1', 5)),
      day(rest('web/1', 2), rest('ios/7', 9, ['user.name'])),
    ];
    const { calls, operations, routes, clients } = usageReport(['2026-11-27', '2026-11-28'], usages, []);
    expect([calls, operations.length]).toEqual([17, 1]);
    expect(routes).toEqual([
      {
        route: 'GET /v1/home',
        fields: ['user.name'],
        calls: 9,
        clients: [{ name: 'ios', version: '7', calls: 9, gone: 0 }],
      },
      { route: 'GET /v1/home', calls: 3, clients: [{ name: 'web', version: '1', calls: 3, gone: 0 }] },
    ]);
    expect(clients.map(({ name, calls: its }) => [name, its])).toEqual([
      ['ios', 9],
      ['web', 8],
    ]);
  });

  it('of days without calls has none', () => {
    expect(usageReport(['2026-11-28'], [], [])).toEqual({
      from: '2026-11-28',
      to: '2026-11-28',
      calls: 0,
      operations: [],
      routes: [],
      clients: [],
      fields: [],
    });
  });
});

describe('the days of a report', () => {
  const now = Date.parse('2026-03-01T00:30:00Z');
  it.each([
    [{ day: 'today', days: 1 }, ['2026-03-01']],
    [{ day: 'yesterday', days: 1 }, ['2026-02-28']],
    [{ day: 'yesterday', days: 2 }, ['2026-02-27', '2026-02-28']],
    [{ day: '2026-01-01', days: 2 }, ['2025-12-31', '2026-01-01']],
  ])('that %j selects are in UTC', (query, days) => {
    expect(daysOf(query, now)).toEqual(days);
  });
});

describe('the metrics of usage', () => {
  it('have a series for each version of a trusted operation and of a client, and one for all ad-hoc ones', () => {
    const totals = new UsageTotals();
    const adHoc = { ...call('web/1', 2), operation: { ...operation, name: 'Invented', isPersisted: false } };
    totals.add([call('web/1', 2), call('web/1', 1), call('web/1', 1, true), adHoc, { ...adHoc, calls: 5 }]);
    const labels = { operation: 'web/home', sha256: HOME.sha256.slice(0, 8), client: 'web', client_version: '1' };
    expect([...totals.operations]).toEqual([
      { labels: { ...labels, outcome: 'served' }, value: 3 },
      { labels: { ...labels, outcome: 'gone' }, value: 1 },
      { labels: { ...labels, operation: '_AD_HOC', sha256: '', outcome: 'served' }, value: 7 },
    ]);
    expect([...totals.fields]).toEqual([{ labels: { field: 'Query.home' }, value: 10 }]);
  });

  it('have a series for each operation of REST and version of a client, and for each selected field', () => {
    const totals = new UsageTotals();
    const operation = restOperation('GET /v1/home', ['user.id', 'user.name']);
    totals.add([
      { ...call('web/1', 2), operation },
      { ...call('web/1', 1), operation: restOperation('GET /v1/home') },
    ]);
    expect([...totals.routes]).toEqual([
      { labels: { route: 'GET /v1/home', client: 'web', client_version: '1' }, value: 3 },
    ]);
    expect([...totals.selected]).toEqual([
      { labels: { route: 'GET /v1/home', field: 'user.id' }, value: 2 },
      { labels: { route: 'GET /v1/home', field: 'user.name' }, value: 2 },
    ]);
    expect([...totals.operations, ...totals.fields]).toEqual([]);
  });

  it('are bounded, and never decrease', () => {
    const totals = new UsageTotals();
    for (let n = 0; n < 3_000; n += 1) totals.add([call(`invented/${n}`, 1)]);
    const series = [...totals.operations];
    expect(series.length).toBeLessThanOrEqual(1_002);
    expect(series.find(({ labels }) => labels.client === '_OTHER')).toMatchObject({ value: 2_000 });
  });
});
