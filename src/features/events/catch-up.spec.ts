import { anOrder } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { CatchUp } from './catch-up.ts';

function catchingUp(...statuses: Parameters<typeof anOrder>[0][]) {
  const said: string[] = [];
  const to = { behind: () => void said.push('behind'), caughtUp: () => void said.push('caught up') };
  return {
    said,
    catchUp: new CatchUp(
      statuses.map((order) => anOrder(order)),
      to,
    ),
  };
}

describe('a client that reconnects', () => {
  it('has caught up when every order has reached its status at connect', () => {
    const { said, catchUp } = catchingUp({ id: 'o1', status: 'PACKED' }, { id: 'o2', status: 'PAID' });
    catchUp.reached('o1', 'PAID');
    catchUp.reached('o2', 'PAID');
    catchUp.reached('o3', 'PACKED');
    expect(said).toEqual(['behind']);
    catchUp.reached('o1', 'PACKED');
    catchUp.reached('o1', 'PACKED');
    expect(said).toEqual(['behind', 'caught up']);
  });

  it('does not wait for an order without moves or whose moves have ended', () => {
    expect(catchingUp({ status: 'PLACED' }).said).toEqual([]);
    const { said, catchUp } = catchingUp({ id: 'o1', status: 'SHIPPED' });
    catchUp.ended('o1');
    catchUp.ended('o1');
    expect(said).toEqual(['behind', 'caught up']);
  });
});
