import { describe, expect, it } from '@jest/globals';
import { complaint, wrong } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

describe('the addresses of an upstream', () => {
  it.each([
    ['http://users:3001', ['http://users:3001']],
    ['http://a:1, https://b , http://[::1]:3,', ['http://a:1', 'https://b', 'http://[::1]:3']],
    ['http://name:word@users:3001/', ['http://name:word@users:3001/']],
    ['http://users_svc.shop.:3001,http://127.0.0.1:2', ['http://users_svc.shop.:3001', 'http://127.0.0.1:2']],
    ['http://köln.example', ['http://köln.example']],
    ['unix:/run/users.sock,unix:///run/b.sock', ['unix:/run/users.sock', 'unix:///run/b.sock']],
  ])('over REST are one or more: %s', (given, addresses) => {
    expect(loadConfig({ USERS_URL: given }).USERS_URL).toEqual(addresses);
  });

  it.each([
    ['orders:3002', ['orders:3002']],
    ['a:1,grpcs://b:2 , grpc://c:3, [::1]:4', ['a:1', 'grpcs://b:2', 'grpc://c:3', '[::1]:4']],
    ['a:1;weight=10,b:2;weight=1 , c:3', ['a:1;weight=10', 'b:2;weight=1', 'c:3']],
    ['srv:_grpc._tcp.orders.test,unix:/run/o.sock', ['srv:_grpc._tcp.orders.test', 'unix:/run/o.sock']],
  ])('over gRPC are one or more: %s', (given, addresses) => {
    expect(loadConfig({ ORDERS_URL: given }).ORDERS_URL).toEqual(addresses);
  });

  it('are the default if the setting is blank', () => {
    expect(loadConfig({ USERS_URL: ' ' }).USERS_URL).toEqual(['http://127.0.0.1:3001']);
  });

  it.each([
    ',',
    'users:3001',
    'ftp://users',
    'http:users',
    'http://',
    'http://u:70000',
    'http://u:0',
    'http://${USERS_HOST}:3001',
    'http://{{ users }}:3001',
    'http://$(USERS_HOST):3001',
    'http://*:3001',
    'http://10.0.0.256:3001',
    'http://u/v1',
    'http://u?a',
    '//u',
    'unix:',
    'unix:/',
    'unix:/run/',
    'unix:users.sock',
    'unix:../users.sock',
    'unix://run/users.sock',
    `unix:/${'x'.repeat(107)}`,
    '/run/users.sock',
  ])('over REST are not %p', (given) => {
    expect(wrong({ USERS_URL: given })).toEqual(['USERS_URL']);
  });

  it.each([
    ',',
    'orders',
    'http://orders:1',
    'orders:70000',
    '${ORDERS_HOST}:3002',
    '{{orders}}:3002',
    '$(ORDERS_HOST):3002',
    '*:3002',
    '10.0.0.256:3002',
    'dns:///orders:3002',
    'orders:1/a',
    'me:word@orders:1',
    '::1:3002',
    '[::1]',
    'orders:1;weight=0',
    'orders:1,;weight=2',
    'orders:1;weight=1001',
    'orders:1;weight=2;weight=3',
    'srv:orders',
    'srv:_grpc._tcp.orders:3002',
    'unix:orders.sock',
  ])('over gRPC are not %p', (given) => {
    expect(wrong({ ORDERS_URL: given })).toEqual(['ORDERS_URL']);
  });

  it('are reported by position if one is invalid, without their value', () => {
    const message = complaint({
      USERS_URL: 'http://a:1,hunter2',
      PRODUCTS_URL: 'hunter2,b:2,hunter2',
      ORDERS_URL: 'c:3',
    });
    expect(message.split('\n').slice(1)).toEqual([
      '  USERS_URL.1: must be http:// or https:// addresses without a path, or unix:/path/of/socket, comma-separated',
      '  PRODUCTS_URL.0: must be host:port, srv:_service._tcp.name or unix:/path/of/socket, optionally with grpcs:// before it for TLS and ;weight=n after it; comma-separated',
      '  PRODUCTS_URL.2: must be host:port, srv:_service._tcp.name or unix:/path/of/socket, optionally with grpcs:// before it for TLS and ;weight=n after it; comma-separated',
    ]);
  });
});
