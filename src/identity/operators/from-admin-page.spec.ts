import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { isFromAdminPage } from './from-admin-page.ts';

const HOST = 'localhost:3009';
const is = (method: string, headers: Record<string, string>) =>
  isFromAdminPage({ method, headers, raw: { headers: { host: HOST, ...headers } } } as unknown as FastifyRequest);
const csrf = { 'x-csrf': '1' };

describe('a request to the admin port', () => {
  it.each<[string, string, Record<string, string>]>([
    ['a script of ours', 'POST', { ...csrf, origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }],
    ['a script of ours behind TLS', 'POST', { ...csrf, origin: `https://${HOST}` }],
    ['a program', 'POST', csrf],
    ['a read of a script of ours', 'GET', csrf],
    ['a link of ours', 'GET', { 'sec-fetch-site': 'same-origin' }],
    ['an address that was typed', 'GET', { 'sec-fetch-site': 'none' }],
  ])('is made by %s', (_, method, headers) => {
    expect(is(method, headers)).toBe(true);
  });

  it.each<[string, string, Record<string, string>]>([
    ['a page of the shop, on another port', 'POST', { ...csrf, origin: 'http://localhost:3000' }],
    ['a page of another site', 'POST', { ...csrf, origin: 'https://evil.example' }],
    ['a page without an origin', 'POST', { ...csrf, origin: 'null' }],
    ['a form', 'POST', { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }],
    ['a link of the shop', 'GET', { 'sec-fetch-site': 'same-site' }],
    ['a link of another site', 'GET', { 'sec-fetch-site': 'cross-site' }],
    ['something that does not say', 'GET', {}],
    ['a header of another value', 'POST', { 'x-csrf': '0' }],
  ])('is not made by %s', (_, method, headers) => {
    expect(is(method, headers)).toBe(false);
  });
});
