import { loadConfig } from '#gateway/config/config';
import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { isFromPage } from './from-page.ts';

const config = loadConfig({ CORS_ORIGINS: 'https://shop.example', PUBLIC_URL: 'https://public.example' });

interface Given {
  method?: string;
  kind?: string;
  takesForms?: boolean;
  headers?: Record<string, string>;
}

/** Whether a request to https://api.example was made by a page that may make it. */
const isAllowed = ({ method = 'GET', kind, takesForms, headers = {} }: Given): boolean =>
  isFromPage(
    {
      method,
      headers,
      protocol: 'https',
      host: 'api.example',
      routeOptions: { config: { kind, takesForms } },
    } as unknown as FastifyRequest,
    config,
  );

const OWN = { origin: 'https://api.example' };
const SHOP = { origin: 'https://shop.example' };
const EVIL = { origin: 'https://evil.example' };
const CSRF = { 'x-csrf': '1' };
const EVENTS = { accept: 'text/event-stream' };
const SOCKET = { upgrade: 'WebSocket' };

describe('a request that comes with a cookie', () => {
  it.each<[string, Given]>([
    ['with X-CSRF from the own origin', { method: 'POST', headers: { ...CSRF, ...OWN } }],
    ['with X-CSRF from an allowed origin', { method: 'POST', headers: { ...CSRF, ...SHOP } }],
    ['with X-CSRF from PUBLIC_URL', { method: 'DELETE', headers: { ...CSRF, origin: 'https://public.example' } }],
    ['with X-CSRF where the browser does not say from where', { headers: CSRF }],
    ['that opens a stream from an allowed origin', { headers: { ...EVENTS, ...SHOP } }],
    [
      'that opens a stream from an allowed origin, its type in capitals',
      { headers: { accept: 'Text/Event-Stream', ...SHOP } },
    ],
    ['that opens a stream from the same origin', { headers: { ...EVENTS, 'sec-fetch-site': 'same-origin' } }],
    ['that opens a socket from the own origin', { headers: { ...SOCKET, ...OWN } }],
    [
      'that navigates to a login from the same origin',
      { kind: 'browser', headers: { 'sec-fetch-site': 'same-origin' } },
    ],
  ])('%s is from a page that may make it', (_, given) => expect(isAllowed(given)).toBe(true));

  it.each<[string, Given]>([
    ['with X-CSRF from a strange origin', { method: 'POST', headers: { ...CSRF, ...EVIL } }],
    ['with X-CSRF from the origin null of a sandbox', { headers: { ...CSRF, origin: 'null' } }],
    ['with another value of X-CSRF', { method: 'POST', headers: { 'x-csrf': 'true', ...OWN } }],
    ['that writes without X-CSRF, though from the own origin', { method: 'POST', headers: OWN }],
    ['that reads JSON without X-CSRF', { headers: OWN }],
    ['that opens a stream from a strange origin', { headers: { ...EVENTS, ...EVIL } }],
    [
      'that refuses events, from an allowed origin',
      { headers: { accept: 'application/json, text/event-stream;q=0', ...SHOP } },
    ],
    ['that opens a stream from another site', { headers: { ...EVENTS, 'sec-fetch-site': 'cross-site' } }],
    ['that opens a stream from a subdomain', { headers: { ...EVENTS, 'sec-fetch-site': 'same-site' } }],
    ['that opens a stream and does not say from where', { headers: EVENTS }],
    ['that opens a socket from a strange origin', { headers: { ...SOCKET, ...EVIL } }],
    ['that posts to a stream without X-CSRF', { method: 'POST', headers: { ...EVENTS, ...OWN } }],
    [
      'that navigates to a login from another site',
      { kind: 'browser', headers: { 'sec-fetch-site': 'cross-site' } },
    ],
    ['from the own host without TLS', { method: 'POST', headers: { ...CSRF, origin: 'http://api.example' } }],
  ])('%s is not', (_, given) => expect(isAllowed(given)).toBe(false));
});

describe('a page of the storefront', () => {
  const FORM = { method: 'POST', kind: 'page', takesForms: true } as const;
  const site = (value: string) => ({ 'sec-fetch-site': value });

  it.each<[string, Given]>([
    ['is opened by its address', { kind: 'page', headers: site('none') }],
    ['is opened from the same origin', { kind: 'page', headers: site('same-origin') }],
    [
      'is opened by a link of another site',
      { kind: 'page', headers: { ...site('cross-site'), 'sec-fetch-dest': 'document' } },
    ],
    ['is opened by a browser that does not say from where', { kind: 'page' }],
    ['gets a form of the same origin', { ...FORM, headers: { ...OWN, ...site('same-origin') } }],
    ['gets a form of a browser that does not say from where, whose token decides', { ...FORM }],
  ])('%s', (_, given) => expect(isAllowed(given)).toBe(true));

  it.each<[string, Given]>([
    [
      'a script of a sibling origin',
      { kind: 'page', headers: { ...site('same-site'), 'sec-fetch-dest': 'empty' } },
    ],
    [
      'a frame of a sibling origin',
      { kind: 'page', headers: { ...site('same-site'), 'sec-fetch-dest': 'iframe' } },
    ],
    ['a form of another site', { ...FORM, headers: { ...EVIL, ...site('cross-site') } }],
    ['a form of a sibling origin', { ...FORM, headers: site('same-site') }],
    ['a form that says no site has sent it', { ...FORM, headers: site('none') }],
    ['a form of a page without an origin', { ...FORM, headers: { origin: 'null' } }],
    ['a form that the route does not take', { method: 'POST', kind: 'page', headers: site('same-origin') }],
  ])('refuses the cookie of %s', (_, given) => expect(isAllowed(given)).toBe(false));
});
