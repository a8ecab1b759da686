import { describe, expect, it } from '@jest/globals';
import { parseTarget } from './target.ts';

const plain = { weight: 1, isSecure: undefined };

describe('an address of a gRPC upstream', () => {
  it.each([
    ['orders:3002', { kind: 'name', host: 'orders', port: 3002, ...plain }],
    [
      'orders.shop.svc.cluster.local.:1',
      { kind: 'name', host: 'orders.shop.svc.cluster.local.', port: 1, ...plain },
    ],
    ['or_ders-1.2nd:1', { kind: 'name', host: 'or_ders-1.2nd', port: 1, ...plain }],
    ['KÖLN.example:1', { kind: 'name', host: 'xn--kln-sna.example', port: 1, ...plain }],
    ['127.0.0.1:3002', { kind: 'address', host: '127.0.0.1', port: 3002, ...plain }],
    ['[::1]:65535', { kind: 'address', host: '::1', port: 65_535, ...plain }],
    ['[2001:DB8::7]:1', { kind: 'address', host: '2001:DB8::7', port: 1, ...plain }],
    ['[::ffff:10.0.0.1]:1', { kind: 'address', host: '::ffff:10.0.0.1', port: 1, ...plain }],
    ['grpc://orders:1', { kind: 'name', host: 'orders', port: 1, weight: 1, isSecure: false }],
    ['GRPCS://[::1]:1;weight=9', { kind: 'address', host: '::1', port: 1, weight: 9, isSecure: true }],
    ['orders:1;weight=1000', { kind: 'name', host: 'orders', port: 1, weight: 1_000, isSecure: undefined }],
    ['srv:_grpc._tcp.orders.test', { kind: 'srv', host: '_grpc._tcp.orders.test', port: undefined, ...plain }],
    [
      'grpcs://srv:_grpc._tcp.orders;weight=2',
      { kind: 'srv', host: '_grpc._tcp.orders', port: undefined, weight: 2, isSecure: true },
    ],
    ['unix:/run/orders.sock', { kind: 'unix', host: '/run/orders.sock', port: undefined, ...plain }],
    [
      'unix:///run/orders.sock;weight=3',
      { kind: 'unix', host: '/run/orders.sock', port: undefined, weight: 3, isSecure: undefined },
    ],
  ])('is parsed: %s', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each([
    '',
    'orders',
    'orders:',
    'orders:0',
    'orders:65536',
    'orders:1/path',
    'orders:1?a',
    'a b:1',
    '${HOST}:1',
    '$HOST:1',
    '{{host}}:1',
    '*:1',
    '.orders:1',
    'orders..shop:1',
    '-orders:1',
    'orders!:1',
    'ö!:1',
    `${'x'.repeat(64)}:1`,
    '10.0.0:1',
    '10.0.0.256:1',
    'a,b:1',
    'http://orders:1',
    'me:word@orders:1',
    '::1:3002',
    '[::1]',
    '[1]:1',
    '[orders]:1',
    'orders:1;weight=0',
    'orders:1;weight=1001',
    'orders:1;weight=1.5',
    'orders:1;weight=-1',
    'orders:1;weight=',
    'orders:1;weight=1;weight=2',
    'orders:1;share=1',
    'orders:1;',
    'srv:orders.test',
    'srv:_grpc._tcp.',
    'srv:_grpc._tcp.orders:3002',
    'srv:_grpc._quic.orders',
    'unix:orders.sock',
    'unix:/',
    'unix:/run/',
    'unix:',
    `unix:/${'x'.repeat(107)}`,
  ])('is invalid: %p', (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });
});
