import { anOrder } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { CatchUp } from './catch-up.ts';

function catchingUp(...statuses: Parameters<typeof anOrder>[0][]) {
  const text: string[] = [];
  const to = { behind: () => void text.push('behind'), caughtUp: () => void text.push('caught up') };
  return {
    text,
    catchUp: new CatchUp(
      statuses.map((order) => anOrder(order)),
      to,
    ),
  };
}

describe('a client that reconnects', () => {
  it('has caught up when every order has reached its status at connect', () => {
    const { text, catchUp } = catchingUp({ id: 'o1', status: 'PACKED' }, { id: 'o2', status: 'PAID' });
    catchUp.reached('o1', 'PAID');
    catchUp.reached('o2', 'PAID');
    catchUp.reached('o3', 'PACKED');
    expect(text).toEqual(['behind']);
    catchUp.reached('o1', 'PACKED');
    catchUp.reached('o1', 'PACKED');
    expect(text).toEqual(['behind', 'caught up']);
  });

  it('does not wait for an order without moves or whose moves have ended', () => {
    expect(catchingUp({ status: 'PLACED' }).text).toEqual([]);
    const { text, catchUp } = catchingUp({ id: 'o1', status: 'SHIPPED' });
    catchUp.ended('o1');
    catchUp.ended('o1');
    expect(text).toEqual(['behind', 'caught up']);
  });
});
