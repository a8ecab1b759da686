import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { isFromAdminPage } from './from-admin-page.ts';

const HOST = 'localhost:3009';
const is = (method: string, headers: Record<string, string>, takesForms = false) =>
  isFromAdminPage({
    method,
    headers,
    raw: { headers: { host: HOST, ...headers } },
    routeOptions: { config: { takesForms } },
  } as unknown as FastifyRequest);
const csrf = { 'x-csrf': '1' };

describe('a request to the admin port', () => {
  it.each<[string, string, Record<string, string>]>([
    ['a script of the admin port', 'POST', { ...csrf, origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }],
    ['a script of the admin port behind TLS', 'POST', { ...csrf, origin: `https://${HOST}` }],
    ['a program', 'POST', csrf],
    ['a read by a script of the admin port', 'GET', csrf],
    ['a link on the admin port', 'GET', { 'sec-fetch-site': 'same-origin' }],
    ['a typed address', 'GET', { 'sec-fetch-site': 'none' }],
  ])('is accepted from %s', (_, method, headers) => {
    expect(is(method, headers)).toBe(true);
  });

  it.each<[string, string, Record<string, string>]>([
    ['a page of the shop, on another port', 'POST', { ...csrf, origin: 'http://localhost:3000' }],
    ['a page of another site', 'POST', { ...csrf, origin: 'https://evil.example' }],
    ['a page without an origin', 'POST', { ...csrf, origin: 'null' }],
    ['a form', 'POST', { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }],
    ['a link of the shop', 'GET', { 'sec-fetch-site': 'same-site' }],
    ['a link of another site', 'GET', { 'sec-fetch-site': 'cross-site' }],
    ['a client without Fetch Metadata', 'GET', {}],
    ['a header of another value', 'POST', { 'x-csrf': '0' }],
  ])('is refused from %s', (_, method, headers) => {
    expect(is(method, headers)).toBe(false);
  });

  it('is accepted from a form of the admin port alone, by a route that takes forms', () => {
    const origin = `http://${HOST}`;
    expect(is('POST', { origin, 'sec-fetch-site': 'same-origin' }, true)).toBe(true);
    expect(is('POST', { origin: 'null', 'sec-fetch-site': 'same-origin' }, true)).toBe(false);
    expect(is('POST', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, true)).toBe(false);
    for (const site of ['same-site', 'cross-site', 'none']) {
      expect(is('POST', { origin, 'sec-fetch-site': site }, true)).toBe(false);
    }
    expect(is('POST', { origin }, true)).toBe(false);
  });
});
