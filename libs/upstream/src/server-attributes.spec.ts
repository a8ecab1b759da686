import { describe, expect, it } from '@jest/globals';
import { serverAttributes } from './server-attributes.ts';

describe('the address of an upstream on spans', () => {
  it.each([
    [['127.0.0.1:3002'], '127.0.0.1', 3002],
    [['grpcs://orders.shop:443;weight=2'], 'orders.shop', 443],
    [['http://ada:secret@users:3001'], 'users', 3001],
    [['[::1]:3002'], '[::1]', 3002],
  ])('is that of %j', (addresses, host, port) => {
    expect(serverAttributes(addresses)).toEqual({ 'server.address': host, 'server.port': port });
  });

  it.each([[['a:1', 'b:1']], [['unix:/run/orders.sock']], [['srv:_grpc._tcp.orders']]])(
    'is left out for %j',
    (addresses) => {
      expect(serverAttributes(addresses)).toEqual({});
    },
  );
});
