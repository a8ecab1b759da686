import { describe, expect, it } from '@jest/globals';
import { orderFrame } from './order-frame.ts';

describe('what happens to an order is sent', () => {
  it('as an event `status` with its view and the number of the move', () => {
    const data = { orderId: 'o1', status: 'PAID', sequence: 2, occurredAt: '2026-11-20T10:00:00.000Z' } as const;
    expect(orderFrame({ type: 'moved', data }, '2')).toEqual({
      id: '2',
      event: 'status',
      data: expect.objectContaining({ orderId: 'o1', status: 'PAID', isFinal: false }),
    });
  });

  it('under its own name where it is no move', () => {
    const degraded = { type: 'degraded', data: { part: 'order', reason: 'UNAVAILABLE' } } as const;
    expect(orderFrame(degraded, undefined)).toEqual({ event: 'degraded', data: degraded.data });
    expect(orderFrame({ type: 'restored', data: { part: 'order' } }, undefined)).toEqual({
      event: 'restored',
      data: { part: 'order' },
    });
  });
});
