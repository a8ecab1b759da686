import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';

const TOKEN = 'prometheus-of-this-test-0123456789';
let gateway: RunningGateway;
let log: LogLines;
afterEach(() => gateway?.stop());

/** A gateway without services: operators need none. */
async function open(environment: NodeJS.ProcessEnv = {}): Promise<void> {
  log = new LogLines();
  const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', CACHE: 'off', ...environment });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
}

/** Asks as a program may: with any `Host`. */
async function sendRequest(
  path: string,
  headers: Record<string, string> = {},
  { url = gateway.adminUrl, method = 'GET' } = {},
) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url + path, { method, headers }, resolve)
      .once('error', reject)
      .end();
  });
  const body = await text(answer);
  return { status: answer.statusCode, headers: answer.headers, body };
}
const problemOf = ({ body }: { body: string }) => JSON.parse(body) as { code: string; detail: string };

describe('a port that another process uses', () => {
  it.each(['PORT', 'ADMIN_PORT'])('is named with its setting, once, where it is %s', async (setting) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(open({ [setting]: `${port}` })).rejects.toThrow(
      `Port ${port} is in use. Set ${setting} to another port, or stop the process that uses it.`,
    );
    other.close();
    expect(log.lines).toEqual([]);
  });
});

describe('the admin port, asked by a host name', () => {
  it('refuses what is not its own: a page whose name was rebound to this machine reads nothing', async () => {
    await open();
    for (const path of ['/metrics', '/admin/health', '/nothing']) {
      const refused = await sendRequest(path, { host: 'evil.example:3009' });
      expect(refused.status).toBe(403);
      expect(refused.headers['content-type']).toContain('application/problem+json');
      expect(problemOf(refused)).toMatchObject({
        code: 'FORBIDDEN',
        detail: expect.stringContaining('ADMIN_HOSTS'),
      });
    }
    const broadcast = await sendRequest('/admin/broadcast', { host: 'evil.example' }, { method: 'POST' });
    expect(broadcast.status).toBe(403);
  });

  it('does not believe a forwarded host', async () => {
    await open({ TRUST_PROXY: 'loopback' });
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost', 'x-forwarded-for': '192.0.2.1' };
    expect((await sendRequest('/metrics', headers)).status).toBe(403);
  });

  it('takes addresses, localhost, and the names of ADMIN_HOSTS', async () => {
    await open({ ADMIN_HOSTS: 'atrium-admin.svc, gateway' });
    const hosts = [
      '127.0.0.1:3009',
      '192.0.2.7',
      '[::1]:3009',
      'localhost:3009',
      'Gateway:3009',
      'atrium-admin.svc',
    ];
    for (const host of hosts)
      expect([host, (await sendRequest('/metrics', { host })).status]).toEqual([host, 200]);
  });

  it('answers probes whatever they call it and ask for, and HTTP/1.0 without a name', async () => {
    await open();
    for (const path of ['/livez', '/readyz'])
      expect((await sendRequest(path, { host: 'pod-7.atrium' })).status).toBe(200);
    for (const path of ['/livez?verbose', '/readyz?exclude=redis', '/metrics?format=prometheus'])
      expect([path, (await sendRequest(path)).status]).toEqual([path, 200]);
    const socket = connect(Number(new URL(gateway.adminUrl).port), '127.0.0.1');
    socket.write('GET /metrics HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.[01] 200 /);
  });

  it('leaves the public port to its own rules', async () => {
    await open();
    const { url } = gateway;
    expect((await sendRequest('/.well-known/jwks.json', { host: 'shop.example' }, { url })).status).toBe(200);
    expect((await sendRequest('/metrics', { host: 'localhost' }, { url })).status).toBe(404);
  });
});

describe('the bare address of the admin port', () => {
  it('leads to the pages of operators, whoever asks; on the public port it does not', async () => {
    await open();
    for (const path of ['/', '/admin', '/admin/']) {
      const { status, headers } = await sendRequest(path);
      expect([path, status, headers['location']]).toEqual([path, 303, '/admin/ui']);
    }
    expect((await sendRequest('/admin', {}, { url: gateway.url })).status).toBe(404);
    expect((await sendRequest('/', {}, { url: gateway.url })).headers['location']).toBeUndefined();
  });
});

describe('a request to the admin port that waits for 100', () => {
  it.each([
    ['/admin/broadcast', 2, 401],
    ['/admin/nothing', 2, 404],
    ['/metrics', 2, 405],
  ])('is refused without it: %s', async (path, length, status) => {
    await open();
    const socket = connect(Number(new URL(gateway.adminUrl).port), '127.0.0.1');
    const type = 'Content-Type: application/json\r\nExpect: 100-continue\r\n';
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${type}Content-Length: ${length}\r\n\r\n`);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('the metrics, with METRICS_TOKEN', () => {
  it('are for those who bring it', async () => {
    await open({ METRICS_TOKEN: TOKEN });
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`]) {
      const { status, body } = await sendRequest('/metrics', { authorization });
      expect([status, body.includes('process_cpu_seconds_total')]).toEqual([200, true]);
    }
    for (const authorization of [`Bearer ${TOKEN}0`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, 'Bearer', '']) {
      const refused = await sendRequest('/metrics', { authorization });
      expect([authorization, refused.status]).toEqual([authorization, 401]);
      expect(refused.headers['www-authenticate']).toBe('Bearer realm="metrics"');
      expect(problemOf(refused).code).toBe('UNAUTHENTICATED');
    }
    const head = await sendRequest('/metrics', {}, { method: 'HEAD' });
    expect(head.status).toBe(401);
  });

  it('are not what else there is, and stay on the admin port', async () => {
    await open({ METRICS_TOKEN: TOKEN });
    const authorization = `Bearer ${TOKEN}`;
    expect((await sendRequest('/admin/health', { authorization })).status).toBe(401);
    expect((await sendRequest('/metrics', { authorization }, { url: gateway.url })).status).toBe(404);
    expect((await sendRequest('/livez')).status).toBe(200);
  });

  it('are never logged with it', async () => {
    await open({ METRICS_TOKEN: TOKEN, LOG_LEVEL: 'trace' });
    await sendRequest('/metrics', { authorization: `Bearer ${TOKEN}` });
    await sendRequest('/metrics', { authorization: `Bearer ${TOKEN}-wrong` });
    await log.first({ msg: 'request', status: 401 });
    expect(JSON.stringify(log.lines)).not.toContain(TOKEN);
  });
});
