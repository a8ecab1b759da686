import { describe, expect, it } from '@jest/globals';
import { dnsForTests } from '#libs/testing';
import { fixedAddress, resolve } from './resolver.ts';
import { parseTarget } from './target.ts';

const its = dnsForTests();
const resolved = (text: string) => resolve(parseTarget(text)!);

describe('a target that is one address', () => {
  it.each([
    ['127.0.0.1:1', { name: '127.0.0.1:1', host: '127.0.0.1', port: 1, authority: '127.0.0.1:1', weight: 1 }],
    ['[::1]:2;weight=3', { name: '[::1]:2', host: '::1', port: 2, authority: '[::1]:2', weight: 3 }],
    ['unix:/run/o.sock', { name: 'unix:/run/o.sock', host: '/run/o.sock', authority: 'localhost', weight: 1 }],
  ])('needs no resolver: %s', (text, address) => {
    expect(fixedAddress(parseTarget(text)!)).toMatchObject(address);
  });

  it('is undefined if it is a name', () => {
    expect(fixedAddress(parseTarget('orders:1')!)).toBeUndefined();
    expect(fixedAddress(parseTarget('srv:_grpc._tcp.orders')!)).toBeUndefined();
  });
});

describe('a name', () => {
  it('has an address for each of its records, with its server name, weight and scheme', async () => {
    its.server.set('orders.test', [
      { address: '127.0.0.2', ttl: 7 },
      { address: 'fd00::2', ttl: 9 },
    ]);
    const more = { port: 5, authority: 'orders.test:5', weight: 4, isSecure: true };
    expect(await resolved('grpcs://orders.test:5;weight=4')).toEqual({
      addresses: [
        { name: '127.0.0.2:5', host: '127.0.0.2', ...more },
        { name: '[fd00::2]:5', host: 'fd00::2', ...more },
      ],
      ttlMs: 7_000,
    });
  });

  it('with a trailing dot has a server name without it, as in certificates', async () => {
    its.server.set('orders.test', [{ address: '127.0.0.2' }]);
    expect((await resolved('orders.test.:5')).addresses).toMatchObject([{ authority: 'orders.test:5' }]);
  });
});

describe('a name of SRV records', () => {
  const srv = (target: string, port: number, more: { priority?: number; weight?: number } = {}) => ({
    target,
    port,
    ttl: 60,
    ...more,
  });

  it('has the ports, weights and priorities of its records, and their targets as server names', async () => {
    its.server.set('_grpc._tcp.shop.test', [
      srv('a.test', 1, { priority: 10, weight: 60 }),
      srv('b.test', 2, { priority: 10, weight: 20 }),
      srv('spare.test', 3, { priority: 20 }),
    ]);
    its.server.set('a.test', [{ address: '127.0.0.1', ttl: 90 }]);
    its.server.set('b.test', [{ address: '127.0.0.2', ttl: 4 }]);
    its.server.set('spare.test', [{ address: '127.0.0.3', ttl: 90 }]);
    const { addresses, ttlMs } = await resolved('grpcs://srv:_grpc._tcp.shop.test;weight=2');
    expect(addresses.toSorted((a, b) => a.port! - b.port!)).toEqual([
      {
        name: '127.0.0.1:1',
        host: '127.0.0.1',
        port: 1,
        authority: 'a.test:1',
        weight: 120,
        priority: 10,
        isSecure: true,
      },
      {
        name: '127.0.0.2:2',
        host: '127.0.0.2',
        port: 2,
        authority: 'b.test:2',
        weight: 40,
        priority: 10,
        isSecure: true,
      },
      expect.objectContaining({ name: '127.0.0.3:3', priority: 20 }),
    ]);
    expect(ttlMs).toBe(4_000);
  });

  it('is looked up again after 30 seconds if the TTL of its addresses is longer', async () => {
    its.server.set('_grpc._tcp.shop.test', [srv('long.test', 1)]);
    its.server.set('long.test', [{ address: '127.0.0.1', ttl: 86_400 }]);
    expect(await resolved('srv:_grpc._tcp.shop.test')).toMatchObject({ ttlMs: 30_000 });
  });

  it('has a very small share for a weight of 0 beside others, and equal shares if all are 0', async () => {
    its.server.set('a.test', [{ address: '127.0.0.1' }]);
    its.server.set('b.test', [{ address: '127.0.0.2' }]);
    const weights = async () => {
      const { addresses } = await resolved('srv:_grpc._tcp.shop.test');
      return Object.fromEntries(addresses.map(({ port, weight }) => [port, weight]));
    };
    its.server.set('_grpc._tcp.shop.test', [srv('a.test', 1, { weight: 5 }), srv('b.test', 2)]);
    expect(await weights()).toEqual({ 1: 5, 2: 0.05 });
    its.server.set('_grpc._tcp.shop.test', [srv('a.test', 1), srv('b.test', 2)]);
    expect(await weights()).toEqual({ 1: 1, 2: 1 });
  });

  it('divides the weight of a record among the addresses of its target', async () => {
    its.server.set('_grpc._tcp.shop.test', [srv('two.test', 1, { weight: 10 })]);
    its.server.set('two.test', [{ address: '127.0.0.1' }, { address: '127.0.0.2' }]);
    const { addresses } = await resolved('srv:_grpc._tcp.shop.test');
    expect(addresses.map(({ weight }) => weight)).toEqual([5, 5]);
  });

  it('has no address if it declares that the service does not exist', async () => {
    its.server.set('_grpc._tcp.shop.test', [srv('.', 0)]);
    expect((await resolved('srv:_grpc._tcp.shop.test')).addresses).toEqual([]);
  });

  it('ignores a target that cannot be resolved, and fails if none can be', async () => {
    its.server.set('_grpc._tcp.shop.test', [srv('a.test', 1), srv('gone.localhost', 2)]);
    const { addresses } = await resolved('srv:_grpc._tcp.shop.test');
    expect(addresses.map(({ name }) => name)).toContain('127.0.0.1:1');
    its.server.set('_grpc._tcp.none.test', [srv('silent.test', 2)]);
    its.server.set('silent.test', 'SILENT');
    await expect(resolved('srv:_grpc._tcp.none.test')).rejects.toThrow(/silent\.test|_grpc\._tcp\.none\.test/);
  });

  it('that cannot be resolved fails with the name', async () => {
    await expect(resolved('srv:_grpc._tcp.nobody.test')).rejects.toThrow('_grpc._tcp.nobody.test');
  });

  it('fails after three seconds if DNS does not answer', async () => {
    its.server.set('_grpc._tcp.silent.test', 'SILENT');
    await expect(resolved('srv:_grpc._tcp.silent.test')).rejects.toThrow(
      '_grpc._tcp.silent.test was not resolved in 3000 ms',
    );
  });
});
