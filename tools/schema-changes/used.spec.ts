import { describe, expect, it } from '@jest/globals';
import type { Change } from './change.ts';
import { readUsage, type Usage, usageLines } from './used.ts';

const removed = (coordinate: string): Change => {
  return { what: `${coordinate} was removed.`, isBreaking: true, coordinate, operations: [] };
};
const client = (name: string, version: string, calls: number) => ({ name, version, calls });
const USAGE: Usage = {
  from: '2026-11-27',
  to: '2026-11-27',
  operations: [
    {
      sha256: 'a'.repeat(64),
      name: 'web/home',
      coordinates: ['Query.home', 'Product.imageUrl', 'Product.name'],
      clients: [client('web', '2.0.0', 700), client('app', '1.4.0', 100)],
    },
    {
      sha256: 'b'.repeat(64),
      name: 'mobile/orders',
      coordinates: ['Query.orders', 'Order.total'],
      clients: [client('app', '1.4.0', 150), client('app', '1.5.0', 50)],
    },
  ],
};

describe('the use of what a change breaks', () => {
  it('is a share of all calls, and of those of each version of a client', () => {
    expect(usageLines([removed('Product.imageUrl')], USAGE)).toEqual([
      'USED     Product.imageUrl was removed. 800 of 1,000 calls (80.0 %).',
      'BROKEN   web 2.0.0: 700 of its 700 calls (100.0 %), in web/home.',
      'BROKEN   app 1.4.0: 100 of its 250 calls (40.0 %), in web/home.',
      '2 of 3 client versions break on 2026-11-27, with 800 of 1,000 calls (80.0 %).',
    ]);
  });

  it('counts a call once that several changes break', () => {
    const lines = usageLines(
      [removed('Product.imageUrl'), removed('Product.name'), removed('Order.total')],
      USAGE,
    );
    expect(lines.at(-1)).toBe('3 of 3 client versions break on 2026-11-27, with 1,000 of 1,000 calls (100.0 %).');
    expect(lines).toContain('BROKEN   app 1.4.0: 250 of its 250 calls (100.0 %), in mobile/orders, web/home.');
  });

  it('is nothing for a field that nobody selected, and for a change that breaks nothing', () => {
    expect(usageLines([removed('User.email'), { ...removed('Query.home'), isBreaking: false }], USAGE)).toEqual([
      'USED     User.email was removed. 0 of 1,000 calls (0.0 %).',
      '0 of 3 client versions break on 2026-11-27, with 0 of 1,000 calls (0.0 %).',
    ]);
  });

  it('is not said to be nothing where it is little', () => {
    const [first, second] = USAGE.operations as [Usage['operations'][0], Usage['operations'][0]];
    const usage = { ...USAGE, operations: [first, { ...second, clients: [client('app', '1', 0.5)] }] };
    expect(usageLines([removed('Order.total')], usage)[0]).toContain('(less than 0.1 %)');
  });

  it('of a day without calls is said to be none', () => {
    expect(usageLines([removed('Order.total')], { ...USAGE, operations: [] })).toEqual([
      'No operation was called on 2026-11-27.',
    ]);
  });
});

describe('a file of usage', () => {
  it('is an answer of GET /admin/usage', () => {
    expect(readUsage(JSON.stringify({ ...USAGE, fields: [] }))).toEqual(USAGE);
  });

  it.each([
    ['no JSON', 'calls: 7', /is not JSON/],
    ['another answer', '{"code":"UNAUTHENTICATED"}', /not an answer of GET \/admin\/usage: from: /],
    ['a list', '[]', /the file: /],
  ])('with %s is refused with what is wrong', (_, text, message) => {
    expect(() => readUsage(text)).toThrow(message);
  });
});
