import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connect, type ClientHttp2Session } from 'node:http2';
import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { CertificateAuthority, LogLines } from '#libs/testing';
import { certificateFiles } from '#test/support/certificate';

const tls = certificateFiles();
const METRICS_TOKEN_FILE = join(dirname(tls.files.TLS_KEY_FILE), 'metrics-token');
writeFileSync(METRICS_TOKEN_FILE, 'the-first-token-of-metrics\n', { mode: 0o604 });
const log = new LogLines();
let gateway: RunningGateway;
let port: string;

beforeAll(async () => {
  const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', CACHE: 'off', METRICS_TOKEN_FILE, ...tls.files });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
  ({ port } = new URL(gateway.url));
});
afterAll(async () => {
  await gateway?.stop();
  tls.remove();
});

const open = async (ca: string) => {
  const session = connect(`https://localhost:${port}`, { ca });
  await once(session, 'connect');
  return session;
};
const certificateOf = ({ socket }: ClientHttp2Session) =>
  (socket as TLSSocket).getPeerCertificate().fingerprint256;
const livez = async (session: ClientHttp2Session) => {
  const stream = session.request({ ':path': '/livez' });
  const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
  stream.resume();
  await once(stream, 'close');
  return headers[':status'];
};

/** An open stream of events, and how many chunks of it have arrived. */
const ticks = async (session: ClientHttp2Session) => {
  const stream = session.request({ ':path': '/v1/events/clock', accept: 'text/event-stream' });
  const clock = { stream, count: 0 };
  stream.on('data', () => (clock.count += 1));
  await once(stream, 'data');
  return clock;
};

describe('a changed certificate of the public port', () => {
  it('is that of new connections, while open ones go on; one without its key changes nothing', async () => {
    const before = await open(tls.authority);
    const clock = await ticks(before);
    const authority = new CertificateAuthority();
    const { cert, key } = authority.issue('localhost');
    writeFileSync(tls.files.TLS_CERT_FILE, cert);
    gateway.reload('file');
    expect(log.with({ audit: 'settings.refused' })).toMatchObject([
      { reason: 'file', changes: [expect.stringContaining('TLS_KEY_FILE: and TLS_CERT_FILE must be a key')] },
    ]);
    const still = await open(tls.authority);
    expect(certificateOf(still)).toBe(certificateOf(before));

    writeFileSync(tls.files.TLS_KEY_FILE, key);
    gateway.reload('file');
    expect(log.with({ audit: 'settings.reloaded' })).toMatchObject([
      {
        reason: 'file',
        changes: [expect.stringMatching(/^TLS_CERT_FILE/), expect.stringMatching(/^TLS_KEY_FILE/)],
      },
    ]);
    const after = await open(authority.cert);
    expect(certificateOf(after)).not.toBe(certificateOf(before));
    expect(await Promise.all([before, still, after].map(livez))).toEqual([200, 200, 200]);
    const heard = clock.count;
    while (clock.count === heard) await once(clock.stream, 'data');
    expect(clock.stream.closed).toBe(false);
    clock.stream.close();
    for (const session of [before, still, after]) session.close();
  });
});

describe('a certificate that expires within two weeks', () => {
  it('is in the log, in the metrics and on the page of operators', async () => {
    expect(log.with({ msg: 'a certificate expires within two weeks' })).toMatchObject([
      { use: 'server', setting: 'TLS_CERT_FILE', subject: 'CN=localhost', expiresAt: expect.stringMatching(/Z$/) },
    ]);
    const text = await (
      await fetch(`${gateway.adminUrl}/metrics`, {
        headers: { authorization: 'Bearer the-first-token-of-metrics' },
      })
    ).text();
    const [, value] = /^certificate_expires_timestamp_seconds\{use="server",of=""\} (\S+)$/m.exec(text)!;
    expect(Number(value) * 1_000 - Date.now()).toBeGreaterThan(3_000_000);
    expect(Number(value) * 1_000 - Date.now()).toBeLessThan(3_600_000);
  });
});

describe('a changed secret in a file', () => {
  const metrics = async (token: string) =>
    (await fetch(`${gateway.adminUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } })).status;

  it('is used from the next request on, and what others can read is warned of', async () => {
    expect(log.with({ file: METRICS_TOKEN_FILE })).toMatchObject([{ msg: expect.stringContaining('chmod 600') }]);
    expect(await metrics('the-first-token-of-metrics')).toBe(200);
    writeFileSync(METRICS_TOKEN_FILE, 'the-second-token-of-metrics');
    gateway.reload('file');
    expect(log.with({ audit: 'settings.reloaded' }).at(-1)).toMatchObject({
      changes: ['METRICS_TOKEN: the secret is changed'],
    });
    expect(await metrics('the-first-token-of-metrics')).toBe(401);
    expect(await metrics('the-second-token-of-metrics')).toBe(200);
  });
});
