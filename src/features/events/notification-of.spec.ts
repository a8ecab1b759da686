import { describe, expect, it } from '@jest/globals';
import { notificationOf } from './notification-of.ts';
import { NotificationType } from './notification.view.ts';

describe('a notification', () => {
  it.each([
    ['order.placed', 'ORDER_PLACED'],
    ['order.moved', 'ORDER_MOVED'],
  ])('of %s has the type %s', (event, type) => {
    expect(notificationOf({ id: '7', event: { type: event, data: { orderId: 'o1', status: 'PAID' } } })).toEqual({
      id: '7',
      type,
      orderId: 'o1',
      status: 'PAID',
    });
    expect(NotificationType.values).toContain(type);
  });

  it.each([
    ['a gap', undefined, 'gap'],
    ['something that is no notification', '7', 'order.dreamt'],
    ['something without an id', undefined, 'order.moved'],
  ])('is not made of %s', (_, id, event) => {
    expect(notificationOf({ id, event: { type: event, data: { orderId: 'o1' } } })).toBeUndefined();
  });
});
