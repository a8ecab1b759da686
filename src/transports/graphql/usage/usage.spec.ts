import { loadConfig } from '#gateway/config/config';
import {
  parsedOperation,
  type PersistedOperation,
} from '#gateway/transports/graphql/documents/persisted-operations';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { aContext } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { buildSchema } from 'graphql';
import { OperationCalls } from './operation-calls.ts';
import { UsageStoreMemory } from './usage-store.memory.ts';
import { dayOf, Usage } from './usage.ts';

const operation = parsedOperation('web/page', '{ page }') as PersistedOperation;
const by = (app: string) => aContext({ client: { address: '', userAgent: '', app } });

describe('the use of operations', () => {
  let calls: OperationCalls;
  let store: UsageStoreMemory;
  let usage: Usage;
  beforeEach(() => {
    jest.useFakeTimers({ now: Date.parse('2026-11-28T23:59:55Z') });
    const config = loadConfig({});
    const executor = new Executor(config);
    executor.schema = buildSchema('type Query { page: Int }');
    calls = new OperationCalls(executor, config);
    store = new UsageStoreMemory(8);
    usage = new Usage(calls, store, config);
    usage.onModuleInit();
  });
  afterEach(async () => {
    await usage.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const storedOn = async (day: string) => {
    const [found] = await store.read([day]);
    return found ? Object.fromEntries(found.calls) : undefined;
  };
  const key = (client: string) => `${operation.sha256}|web/page|${client}`;

  it('is stored every ten seconds, on the day of that moment in UTC', async () => {
    calls.count(by('web/1'), operation);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await storedOn('2026-11-29')).toEqual({ [key('web/1')]: 1 });
    expect(dayOf(Date.now())).toBe('2026-11-29');
  });

  it('is stored before it is reported, and before the process ends', async () => {
    calls.count(by('web/1'), operation);
    const [day] = await usage.on(['2026-11-28']);
    expect(Object.fromEntries(day!.calls)).toEqual({ [key('web/1')]: 1 });
    calls.count(by('web/1'), operation);
    await usage.beforeApplicationShutdown();
    expect(await storedOn('2026-11-28')).toEqual({ [key('web/1')]: 2 });
    expect([...usage.totals.operations]).toMatchObject([{ value: 2 }]);
  });

  it('is stored at once where many clients come', async () => {
    for (let n = 0; n < 1_000; n += 1) calls.count(by(`many/${n}`), operation);
    expect(Object.keys((await storedOn('2026-11-28'))!)).toHaveLength(1_000);
  });
});
