import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { orders } from '#libs/contracts';
import { describe, expect, it } from '@jest/globals';
import { openAnswers } from './open-messages.ts';

const { listOrders, watchOrder } = openAnswers(orders.OrdersServiceService);

const amountOf = (written: string) => {
  const money = new BinaryWriter().uint32(8).int64(written).uint32(18).string('USD').finish();
  const order = new BinaryWriter().uint32(10).string('o1').uint32(34).bytes(money).finish();
  const answer = new BinaryWriter().uint32(10).bytes(order).uint32(18).string('next').finish();
  return listOrders.responseDeserialize(Buffer.from(answer));
};

describe('a response that is decoded tolerantly', () => {
  it.each([
    0,
    1,
    -1,
    4_294_967_295,
    4_294_967_296,
    -4_294_967_297,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ])('has the integer %d unchanged', (value) => {
    expect(amountOf(String(value)).orders[0]!.total).toEqual({ amountMinor: value, currency: 'USD' });
  });

  it.each(['9007199254740992', '-9007199254740992', '9223372036854775807', '-9223372036854775808'])(
    'has no integer for %s, and all other fields of the message',
    (value) => {
      const answer = amountOf(value);
      const [order] = answer.orders;
      expect(order).toMatchObject({ id: 'o1', total: { currency: 'USD' } });
      expect(Number.isInteger(order!.total!.amountMinor)).toBe(false);
      expect(answer.nextPageToken).toBe('next');
    },
  );

  it('has an invalid date for a timestamp out of range', () => {
    const time = new BinaryWriter().uint32(8).int64('9223372036854775807').finish();
    const move = new BinaryWriter().uint32(8).int64(3).uint32(34).bytes(time).finish();
    const { sequence, occurredAt } = watchOrder.responseDeserialize(Buffer.from(move));
    expect([sequence, occurredAt?.getTime()]).toEqual([3, Number.NaN]);
  });

  it('keeps an unknown enum value, and skips unknown fields of every wire type', () => {
    const unknown = new BinaryWriter()
      .uint32(18 * 8)
      .int64('9223372036854775807')
      .uint32(19 * 8 + 1)
      .double(0.5)
      .uint32(20 * 8 + 2)
      .string('more')
      .uint32(21 * 8 + 5)
      .float(0.5)
      .finish();
    const order = new BinaryWriter().uint32(10).string('o1').uint32(24).int32(7).raw(unknown).finish();
    const answer = new BinaryWriter().uint32(10).bytes(order).raw(unknown).finish();
    const { orders: all } = listOrders.responseDeserialize(Buffer.from(answer));
    expect(all).toMatchObject([{ id: 'o1', status: 7 }]);
  });

  it('has unchanged requests and the same path', () => {
    expect(listOrders.requestSerialize).toBe(orders.OrdersServiceService.listOrders.requestSerialize);
    expect(listOrders.path).toBe('/shop.orders.v1.OrdersService/ListOrders');
  });
});
