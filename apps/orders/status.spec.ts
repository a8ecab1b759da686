import { describe, expect, it } from '@jest/globals';
import { isFinal, machine, pathTo } from './status.ts';

describe('the state machine of orders', () => {
  it('leads from PLACED to DELIVERED', () => {
    expect(pathTo('DELIVERED')).toEqual(['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED']);
    expect(pathTo('PLACED')).toEqual(['PLACED']);
  });

  it('leads to CANCELLED from every cancellable status', () => {
    expect(pathTo('CANCELLED')).toEqual(['PLACED', 'CANCELLED']);
  });

  it('ends in statuses that are not cancellable', () => {
    for (const [status, { isCancellable }] of Object.entries(machine)) {
      expect(isCancellable && isFinal(status as keyof typeof machine)).toBe(false);
    }
  });
});
