import { describe, expect, it } from '@jest/globals';
import { type Call, DayUsage } from './day-usage.ts';
import { restOperation } from './used-operation.ts';

const call = (given: Partial<Call> & { sha256?: string; coordinates?: string[] } = {}): Call => {
  const { sha256 = 'a1', coordinates = ['Query.home'], ...others } = given;
  const operation = { sha256, name: 'web/home', isPersisted: true, coordinates };
  return { operation, client: 'web/1', isGone: false, calls: 1, ...others };
};
const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);

describe('the use of a day', () => {
  it('is counted by operation and client, and by field', () => {
    const usage = new DayUsage();
    usage.add([call({ calls: 3 }), call({ client: 'ios/7', coordinates: ['Query.home', 'Home', 'Home.user'] })]);
    expect([...usage.calls]).toEqual([
      ['a1|web/home|web/1', 3],
      ['a1|web/home|ios/7', 1],
    ]);
    expect([...usage.fields]).toEqual([
      ['Query.home', 4],
      ['Home.user', 1],
    ]);
  });

  it('has refused calls of retired operations apart, without their fields', () => {
    const usage = new DayUsage();
    usage.add([call(), call({ isGone: true, calls: 5 })]);
    expect(usage.calls.get('a1|web/home|web/1|gone')).toBe(5);
    expect(usage.fields.get('Query.home')).toBe(1);
  });

  it('keeps the clients that there are, whatever names are invented', () => {
    const usage = new DayUsage();
    usage.add([call({ calls: 50 })]);
    for (let n = 0; n < 20_000; n += 1) usage.add([call({ client: `invented-${n}/1` })]);
    expect(usage.calls.size).toBeLessThanOrEqual(2_000);
    expect(usage.calls.get('a1|web/home|web/1')).toBe(50);
    expect(sum(usage.calls.values())).toBe(20_050);
    expect(usage.calls.get('a1|web/home|_OTHER/_OTHER')).toBeGreaterThan(10_000);
  });

  it('keeps the operations that there are, whatever documents are invented, and by whomever', () => {
    const usage = new DayUsage();
    usage.add([call({ calls: 50 })]);
    for (let n = 0; n < 5_000; n += 1)
      usage.add([call({ sha256: `b${n}`, client: `invented-${n % 3_000}/1`, isGone: n % 2 === 0 })]);
    expect(usage.operations.size).toBeLessThanOrEqual(300);
    expect(usage.calls.size).toBeLessThanOrEqual(2_000);
    expect(usage.operations.has('a1|web/home')).toBe(true);
    expect(sum(usage.calls.values())).toBe(5_050);
    const operations = [...usage.calls.keys()].map((key) => key.split('|').slice(0, 2).join('|'));
    expect(operations.filter((key) => key !== '_OTHER|_OTHER' && !usage.operations.has(key))).toEqual([]);
  });

  it('has the operations of REST that are called, with the selected fields, besides those of GraphQL', () => {
    const usage = new DayUsage();
    const home = restOperation('GET /v1/home');
    const name = restOperation('GET /v1/home', ['user.id', 'user.name']);
    usage.add([call(), { ...call(), operation: home, calls: 2 }, { ...call(), operation: name }]);
    expect([...usage.calls]).toEqual([
      ['a1|web/home|web/1', 1],
      ['|GET /v1/home|web/1', 2],
      ['|GET /v1/home?fields=user.id,user.name|web/1', 1],
    ]);
    expect([...usage.operations.keys()]).toEqual(['a1|web/home']);
    expect([...usage.fields.keys()]).toEqual(['Query.home']);
  });

  it('counts invented selections as for the whole answer, before it counts clients together', () => {
    const usage = new DayUsage();
    usage.add([{ ...call({ calls: 50 }), operation: restOperation('GET /v1/home', ['user']) }]);
    for (let n = 0; n < 2_500; n += 1)
      usage.add([{ ...call(), operation: restOperation('GET /v1/home', [`invented${n}`]) }]);
    expect(usage.calls.size).toBeLessThanOrEqual(2_000);
    expect(usage.calls.get('|GET /v1/home?fields=user|web/1')).toBe(50);
    expect(usage.calls.get('|GET /v1/home|web/1')).toBeGreaterThan(400);
    for (let n = 0; n < 10_000; n += 1)
      usage.add([
        { ...call({ client: `invented-${n}/1` }), operation: restOperation(`GET /v1/${n % 90}`, ['id']) },
      ]);
    expect(usage.calls.size).toBeLessThanOrEqual(2_000);
    expect(sum(usage.calls.values())).toBe(12_550);
    expect(usage.calls.get('|GET /v1/home?fields=user|web/1')).toBe(50);
    expect(usage.calls.get('|GET /v1/7|_OTHER/_OTHER')).toBeGreaterThan(50);
  });

  it('is one for several days', () => {
    const [first, second] = [new DayUsage(), new DayUsage()];
    first.add([call()]);
    second.add([call(), call({ client: 'ios/7' })]);
    first.merge(second);
    expect([...first.calls.values()]).toEqual([2, 1]);
    expect(first.fields.get('Query.home')).toBe(3);
  });
});
