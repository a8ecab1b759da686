import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { upstreamSettings } from '#libs/upstream';
import { complaint } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrium-upstreams-'));
const file = import.meta.filename;
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file with this content. */
function aFile(content: unknown): string {
  const file = join(folder, 'upstreams.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** The reported mistakes in a file, one a line. */
const complaintAbout = (UPSTREAMS_FILE: string) =>
  complaint({ UPSTREAMS_FILE })
    .split('\n')
    .slice(1)
    .map((line) => line.replace('  UPSTREAMS_FILE: ', ''));

describe('the file of upstream settings', () => {
  it('overrides the defaults, by upstream', () => {
    const orders = { timeoutMs: 800, breaker: { mode: 'measure', window: 50 } };
    const { UPSTREAMS_FILE } = loadConfig({ UPSTREAMS_FILE: aFile({ orders }) });
    const { breaker, ...others } = upstreamSettings.parse({});
    expect(UPSTREAMS_FILE).toEqual({
      orders: { ...others, timeoutMs: 800, breaker: { ...breaker, mode: 'measure', window: 50 } },
    });
  });

  it('may begin with a byte order mark, as some editors write one', () => {
    const file = aFile('\uFEFF{"orders":{"timeoutMs":800}}');
    expect(loadConfig({ UPSTREAMS_FILE: file }).UPSTREAMS_FILE).toMatchObject({ orders: { timeoutMs: 800 } });
  });

  it.each([
    ['is missing', () => join(folder, 'nothing.json'), 'the file cannot be read: ENOENT'],
    ['is a folder', () => folder, 'the file cannot be read: EISDIR'],
    ['is empty', () => aFile(''), 'the file is not JSON'],
    ['is not JSON', () => aFile('{"users": hunter2'), 'the file is not JSON'],
    ['is a list', () => aFile([{}]), 'the file: must be an object of settings by upstream'],
    [
      'contradicts itself',
      () => aFile({ users: { breaker: { window: 5 } } }),
      'users.breaker: minimumCalls must be',
    ],
  ])('is refused when it %s', (_, file, why) => {
    expect(complaintAbout(file())).toEqual([expect.stringContaining(why)]);
  });

  it('has every mistake reported at once, with its place, together with those of the environment', () => {
    const users = { timoutMs: 1, retry: { maxTries: '3' }, breaker: { mode: 'maybe' }, timeoutMs: 0 };
    const file = aFile({ users, orders: { hedge: { minDelayMs: 2.5, after: 1 } }, products: 7 });
    const message = complaint({ UPSTREAMS_FILE: file, PORT: 'hunter2' });
    const places = [...message.matchAll(/^ {2}(?:UPSTREAMS_FILE: )?([\w.]+):/gm)].map(([, place]) => place!);
    expect(places.sort()).toEqual([
      'PORT',
      'orders.hedge',
      'orders.hedge.minDelayMs',
      'products',
      'users',
      'users.breaker.mode',
      'users.retry.maxTries',
      'users.timeoutMs',
    ]);
    expect(message).toContain('users: Unrecognized key: "timoutMs"');
  });

  it.each<[string, object, string]>([
    ['a missing file', { ca: '/nowhere/ca.pem' }, 'users.tls.ca: /nowhere/ca.pem cannot be read: ENOENT'],
    ['a certificate without its key', { cert: file }, 'users.tls.key: must be set where cert is'],
    ['a key without its certificate', { key: file }, 'users.tls.cert: must be set where key is'],
    [
      'an IP address as server name',
      { serverName: '10.0.0.7' },
      'users.tls.serverName: must be a host name, not an address',
    ],
    [
      'a PEM key in place of its path',
      { ca: '-----BEGIN hunter2' },
      'users.tls.ca: must be the path of a PEM file, not',
    ],
    ['an unknown member', { crt: file }, 'users.tls: Unrecognized key: "crt"'],
  ])('is refused if its TLS settings have %s', (_, tls, why) => {
    const message = complaintAbout(aFile({ users: { tls } }));
    expect(message).toEqual([expect.stringContaining(why)]);
    expect(String(message)).not.toContain('hunter2');
  });

  it.each(['readyz', '', 'http://users/readyz', '/ready z', '/a\r\nb: c', '/a#b'])(
    'is refused if the health path is %j',
    (healthPath) => {
      expect(complaintAbout(aFile({ users: { healthPath } }))).toEqual([
        'users.healthPath: must be a path that begins with /',
      ]);
    },
  );

  it.each(['/', '/status?full=1', '/actuator/health', '/grpc%2Fready'])(
    'may have the health path %s',
    (healthPath) => {
      const { UPSTREAMS_FILE } = loadConfig({ UPSTREAMS_FILE: aFile({ users: { healthPath } }) });
      expect(UPSTREAMS_FILE['users']).toMatchObject({ healthPath });
    },
  );

  it('is refused if it has a health path for a gRPC upstream', () => {
    expect(complaintAbout(aFile({ orders: { healthPath: '/healthz' } }))).toEqual([
      'orders.healthPath: is for REST; a gRPC upstream is asked by grpc.health.v1.Health/Check',
    ]);
  });

  it('is refused if an upstream has TLS settings and an address without TLS', () => {
    const UPSTREAMS_FILE = aFile({ users: { tls: { serverName: 'users.internal' } } });
    expect(complaintAbout(UPSTREAMS_FILE)).toEqual(['users.tls: every address of USERS_URL must be https://']);
    expect(complaint({ UPSTREAMS_FILE, USERS_URL: 'https://a,http://b' })).toContain('users.tls: every address');
    const { USERS_URL } = loadConfig({ UPSTREAMS_FILE, USERS_URL: 'https://a' });
    expect(USERS_URL).toEqual(['https://a']);
  });
});
