import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { complaint } from './complaint.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-upstream-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UPSTREAMS_FILE = join(folder, 'upstreams.json');
const tls = { serverName: 'orders.internal' };
writeFileSync(UPSTREAMS_FILE, JSON.stringify({ orders: { tls }, products: { tls } }));

describe('TLS settings of a gRPC upstream', () => {
  it.each([
    ['grpc://orders:3002', 'ORDERS_URL'],
    ['GRPC://orders:3002', 'ORDERS_URL'],
    ['grpcs://a:1,grpc://b:2', 'ORDERS_URL'],
    ['grpc://products:3003', 'PRODUCTS_URL'],
  ])('are refused with the plain-text addresses of %s', (urls, variable) => {
    const name = variable.slice(0, -4).toLowerCase();
    expect(complaint({ UPSTREAMS_FILE, [variable]: urls })).toBe(
      `These settings are wrong:\n  UPSTREAMS_FILE: ${name}.tls: no address of ${variable} may be grpc://, which is plain text`,
    );
  });

  it.each(['orders:3002', 'grpcs://orders:3002', 'a:1,grpcs://b:2'])('are accepted with %s', (ORDERS_URL) => {
    expect(complaint({ UPSTREAMS_FILE, ORDERS_URL })).toBe('');
  });
});
