import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { seededRandom } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { Forwarding, type Received } from './forwarding.ts';
import type { TrustProxy } from './trusted-proxies.ts';

const PROXY = '10.0.0.1';
const CLIENT = '203.0.113.7';

const received = (headers: IncomingHttpHeaders, remoteAddress?: string, encrypted = false) =>
  ({ headers, socket: { remoteAddress, encrypted } }) as unknown as Received;
const addressOf = (trusted: TrustProxy, headers: IncomingHttpHeaders, from: string | undefined = PROXY) =>
  new Forwarding(trusted).addressOf(received(headers, from));
const protocolOf = (trusted: TrustProxy, headers: IncomingHttpHeaders, isSecure = false) =>
  new Forwarding(trusted).protocolOf(received(headers, PROXY, isSecure));
const hostOf = (trusted: TrustProxy, headers: IncomingHttpHeaders) =>
  new Forwarding(trusted).hostOf(received({ host: 'inside:3000', ...headers }, PROXY));
const xff = (value: string): IncomingHttpHeaders => ({ 'x-forwarded-for': value });
const forwarded = (value: string): IncomingHttpHeaders => ({ forwarded: value });

const ALL: TrustProxy[] = [true, 1, ['10.0.0.0/8']];

describe('the address of a client', () => {
  it('is that of the connection if no proxy is trusted', () => {
    expect(addressOf(false, { ...xff(CLIENT), ...forwarded(`for=${CLIENT}`) })).toBe(PROXY);
  });

  it('is normalized, also for a connection', () => {
    expect(addressOf(false, {}, '::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(addressOf(false, {}, 'fe80::1%eth0')).toBe('fe80::1');
  });

  it('is empty if the connection is closed', () => {
    expect(new Forwarding(false).addressOf(received({}))).toBe('');
    expect(new Forwarding(['10.0.0.1']).addressOf(received(xff(CLIENT)))).toBe('');
  });

  it.each(ALL)('is the one that the proxy reports which is trusted by %j', (trusted) => {
    expect(addressOf(trusted, xff(CLIENT))).toBe(CLIENT);
    expect(addressOf(trusted, xff(`${CLIENT}:40001`))).toBe(CLIENT);
    expect(addressOf(trusted, xff('[2001:db8::1]:443'))).toBe('2001:db8::1');
    expect(addressOf(trusted, xff(` , ${CLIENT} ,, `))).toBe(CLIENT);
    expect(addressOf(trusted, forwarded(`for="${CLIENT}:40001"`))).toBe(CLIENT);
    expect(addressOf(trusted, {})).toBe(PROXY);
  });

  it('is the last address that is not trusted', () => {
    const chain = `198.51.100.1, ${CLIENT}, 10.0.0.3, 10.0.0.2`;
    expect(addressOf(['10.0.0.0/8'], xff(chain))).toBe(CLIENT);
    expect(addressOf(['10.0.0.1', '10.0.0.2'], xff(chain))).toBe('10.0.0.3');
    expect(addressOf(['10.0.0.2'], xff(chain))).toBe(PROXY);
    expect(addressOf(['10.0.0.0/8'], xff('10.0.0.3, 10.0.0.2'))).toBe('10.0.0.3');
  });

  it('is the configured number of hops away, limited by the number of hops', () => {
    const chain = `198.51.100.1, ${CLIENT}, 10.0.0.2`;
    expect(addressOf(1, xff(chain))).toBe('10.0.0.2');
    expect(addressOf(2, xff(chain))).toBe(CLIENT);
    expect(addressOf(32, xff(chain))).toBe('198.51.100.1');
  });

  it('is the first if all hops are trusted: the value that the client sent', () => {
    expect(addressOf(true, xff(`198.51.100.1, ${CLIENT}`))).toBe('198.51.100.1');
  });

  it.each(['unknown', '_hidden', 'garbage', '"'])('is that of the last known hop after %s', (word) => {
    for (const trusted of ALL) expect(addressOf(trusted, xff(word))).toBe(PROXY);
    expect(addressOf(2, xff(`${word}, 10.0.0.2`))).toBe('10.0.0.2');
    expect(addressOf(['10.0.0.0/8'], xff(`${word}, 10.0.0.2`))).toBe('10.0.0.2');
    expect(addressOf(true, xff(`${word}, ${CLIENT}, 10.0.0.2`))).toBe(CLIENT);
  });

  it('ignores values before an obfuscated identifier of a trusted hop', () => {
    expect(addressOf(['10.0.0.0/8'], xff(`${CLIENT}, unknown`))).toBe(PROXY);
    expect(addressOf(1, xff(`${CLIENT}, unknown`))).toBe(PROXY);
  });

  it.each(['unknown', '_hidden', '"_hidden:80"', '""'])(
    'is read from Forwarded, in which %s is unknown',
    (word) => {
      expect(addressOf(1, forwarded(`for=${word}`))).toBe(PROXY);
      expect(addressOf(2, forwarded(`for=${CLIENT}, for=${word}, for=10.0.0.2`))).toBe('10.0.0.2');
    },
  );

  it.each([
    `for=198.51.100.1, FOR=${CLIENT}`,
    `for=198.51.100.1,, by=10.0.0.9 ;host="a,b;c";For="${CLIENT}:1"`,
    `for=198.51.100.1,for=${CLIENT}:1;ext="\\"quoted\\""`,
    `for="\\1\\98.51.100.1", for=${CLIENT}`,
  ])('is read from Forwarded: %s', (header) => {
    expect(addressOf(1, forwarded(header))).toBe(CLIENT);
  });

  it.each([
    `for="198.51.100.1, for=${CLIENT}`,
    `for="x, for="[2001:db8::1]"`,
    `for=${CLIENT};for=198.51.100.1`,
    'x',
  ])('is not read from a malformed Forwarded: %s', (header) => {
    expect(addressOf(1, forwarded(header))).toBe(PROXY);
  });

  // Headers are at most 16 KiB; a pattern with backtracking would take minutes for these.
  it.each([
    ['spaces', `for=${CLIENT};${' '.repeat(500_000)}"`],
    ['escapes', `for="${'\\a'.repeat(500_000)}`],
    ['empty pairs', `${';'.repeat(500_000)}"`],
  ])('is parsed in one pass over %s', (_what, header) => {
    expect(addressOf(1, forwarded(header))).toBe(PROXY);
  });

  it('is read from X-Forwarded-For if both headers exist, since many proxies pass Forwarded on unchanged', () => {
    expect(addressOf(1, { ...xff(CLIENT), ...forwarded('for=198.51.100.1') })).toBe(CLIENT);
    expect(addressOf(1, { 'x-forwarded-proto': 'https', ...forwarded('for=198.51.100.1') })).toBe(PROXY);
  });
});

describe('random headers', () => {
  it('yield an address, a protocol and a host, for any trusted proxies', () => {
    const random = seededRandom(7_239);
    const pieces = [
      'for=',
      'proto=',
      'host=',
      '"',
      '\\',
      ',',
      ';',
      ' ',
      '10.0.0.2',
      CLIENT,
      '[',
      '2001:db8::1',
      ']',
      ':1',
      '_x',
      'https',
      '=',
      '\u00ff',
    ];
    const some = () =>
      Array.from({ length: random() * 12 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
    const names = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded'];
    const trusting = [...ALL, 2, false].map((trusted) => new Forwarding(trusted));
    for (let time = 0; time < 5_000; time += 1) {
      const headers = Object.fromEntries(names.filter(() => random() < 0.5).map((name) => [name, some()]));
      const request = received({ host: 'inside:3000', ...headers }, PROXY);
      for (const forwarding of trusting) {
        expect(isIP(forwarding.addressOf(request))).toBeGreaterThan(0);
        expect(['http', 'https']).toContain(forwarding.protocolOf(request));
        expect(forwarding.hostOf(request)).toMatch(/^[\w.:[\]-]+$/);
      }
    }
  });
});

describe('the protocol of a client', () => {
  const https = { 'x-forwarded-proto': 'https' };

  it('is that of the connection, unless a trusted hop reports another', () => {
    expect(protocolOf(false, https)).toBe('http');
    expect(protocolOf(false, {}, true)).toBe('https');
    expect(protocolOf(['192.0.2.1'], https)).toBe('http');
    for (const trusted of ALL) {
      expect(protocolOf(trusted, https)).toBe('https');
      expect(protocolOf(trusted, { 'x-forwarded-proto': 'http' }, true)).toBe('http');
      expect(protocolOf(trusted, forwarded('for=192.0.2.1;proto=HTTPS'))).toBe('https');
      expect(protocolOf(trusted, {}, true)).toBe('https');
    }
  });

  it('is the one that the farthest trusted hop reports', () => {
    const header = { 'x-forwarded-proto': 'https, http' };
    expect(protocolOf(1, header)).toBe('http');
    expect(protocolOf(2, header)).toBe('https');
    expect(protocolOf(['10.0.0.0/8'], { ...header, ...xff(CLIENT) })).toBe('http');
    expect(protocolOf(['10.0.0.0/8'], { ...header, ...xff(`${CLIENT}, 10.0.0.2`) })).toBe('https');
    expect(protocolOf(2, forwarded('for=a;proto=https, for=b;proto=http'))).toBe('https');
    expect(protocolOf(1, forwarded('for=a;proto=https, for=b;proto=http'))).toBe('http');
  });

  it('is the one that the nearest hop reports if the others report none', () => {
    expect(protocolOf(2, https)).toBe('https');
    expect(protocolOf(2, forwarded('for=a, for=b;proto=https'))).toBe('https');
  });

  it('is https if proxies report wss for a WebSocket', () => {
    expect(protocolOf(1, { 'x-forwarded-proto': 'wss' })).toBe('https');
    expect(protocolOf(1, { 'x-forwarded-proto': 'ws' })).toBe('http');
    for (const word of ['ftp', 'constructor', '"https"', 'https://']) {
      expect(protocolOf(1, { 'x-forwarded-proto': word })).toBe('http');
    }
  });
});

describe('the host that a client requested', () => {
  it('is that of the request, unless a trusted hop reports another', () => {
    const header = { 'x-forwarded-host': 'evil.example, shop.example:8443' };
    expect(hostOf(false, header)).toBe('inside:3000');
    expect(hostOf(1, header)).toBe('shop.example:8443');
    expect(hostOf(1, forwarded('for=192.0.2.1;host="[2001:db8::1]:8443"'))).toBe('[2001:db8::1]:8443');
    expect(hostOf(1, { host: undefined, ':authority': 'h2.example' })).toBe('h2.example');
  });

  it.each(['', 'a b', 'a/b', 'user@shop.example', 'shop.example:port', '[::1', 'a"b'])(
    'is never the invalid value %j',
    (host) => {
      expect(hostOf(1, { 'x-forwarded-host': host })).toBe('inside:3000');
    },
  );
});
