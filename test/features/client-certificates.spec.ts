import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { CertificateAuthority, eventually, type KeyedCertificate, LogLines } from '#libs/testing';
import { certificateFiles } from '#test/support/certificate';

const tls = certificateFiles();
const folder = mkdtempSync(join(tmpdir(), 'atrium-clients-'));
const aFile = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const authority = new CertificateAuthority('Clients');
const partner = authority.issue('partner-a', []);
const listed = authority.issue('by fingerprint', []);
const unlisted = authority.issue('somebody', []);
const stranger = new CertificateAuthority('Others').issue('partner-a', []);
const expired = authority.issue('partner-a', [], new Date(Date.now() - 1_000));

const clients = [
  { name: 'a', commonName: 'partner-a', scopes: ['orders:read'] },
  { name: 'b', fingerprint: new X509Certificate(listed.cert).fingerprint256, scopes: [] },
];
const settings = {
  PORT: '0',
  ADMIN_PORT: '0',
  ...tls.files,
  TLS_CLIENT_CA_FILE: aFile('ca.pem', authority.cert),
  TLS_CLIENTS_FILE: aFile('clients.json', JSON.stringify(clients)),
};
const log = new LogLines();
let gateway: RunningGateway;
let optional: RunningGateway;

beforeAll(async () => {
  const logger = createLogger('gateway', 'info', log);
  gateway = await startGateway(loadConfig(settings), logger);
  optional = await startGateway(loadConfig({ ...settings, TLS_CLIENT_AUTH: 'optional' }), logger);
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), optional?.stop()]);
  tls.remove();
  rmSync(folder, { recursive: true });
});

const portOf = ({ url }: RunningGateway) => Number(new URL(url).port);
const base = { ca: tls.authority, host: 'localhost' };

/** The status of a request over HTTP/1.1; undefined if the connection was refused. */
async function status(
  at: RunningGateway,
  client?: KeyedCertificate,
  path = '/livez',
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const sent = request({ ...base, ...client, port: portOf(at), path, headers, agent: false });
  sent.end();
  try {
    const [response] = await once(sent, 'response');
    response.resume();
    return response.statusCode as number;
  } catch {
    return undefined;
  }
}

async function statusOverHttp2(at: RunningGateway, client: KeyedCertificate, path: string): Promise<number> {
  const session = connectHttp2(`https://localhost:${portOf(at)}`, { ca: tls.authority, ...client });
  const stream = session.request({ ':path': path });
  const [headers] = await once(stream, 'response');
  session.destroy();
  return headers[':status'] as number;
}

const ORDERS = '/v1/orders';
/** The callers of a path, in the order of the access log. */
const callers = (route: string) => log.with({ route }).map(({ callerId }) => callerId);

describe('a gateway with TLS_CLIENT_CA_FILE', () => {
  it('accepts clients with a certificate of these authorities, and no others', async () => {
    expect(await status(gateway, unlisted)).toBe(200);
    for (const refused of [undefined, stranger, expired]) expect(await status(gateway, refused)).toBeUndefined();
  });

  it('logs why a handshake was refused, with the subject, once a minute for each reason', async () => {
    for (let i = 0; i < 3; i += 1) await status(gateway, stranger);
    const refusals = log.with({ msg: 'a TLS handshake was refused' });
    expect(refusals.map(({ reason }) => reason).sort()).toEqual([
      'CERT_HAS_EXPIRED',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'no certificate',
    ]);
    expect(refusals.find(({ reason }) => reason === 'CERT_HAS_EXPIRED')).toMatchObject({
      subject: 'CN=partner-a',
    });
    const plain = connect(portOf(gateway), 'localhost');
    plain.on('error', () => {});
    plain.write('GET / HTTP/1.1\r\n\r\n');
    await log.first({ reason: 'ERR_SSL_HTTP_REQUEST' });
    plain.destroy();
  });

  it('takes a listed certificate as the caller, over both versions of HTTP, with its scopes alone', async () => {
    expect(await status(gateway, unlisted, ORDERS)).toBe(401);
    expect(await status(gateway, listed, ORDERS)).toBe(403);
    const granted = [await status(gateway, partner, ORDERS), await statusOverHttp2(gateway, partner, ORDERS)];
    for (const one of granted) expect([401, 403]).not.toContain(one);
    await eventually(() => callers(ORDERS).length >= 4);
    expect(callers(ORDERS)).toEqual([undefined, 'certificate|b', 'certificate|a', 'certificate|a']);
  });

  it('does not take it from the page of another site, nor instead of a token', async () => {
    expect(await status(gateway, partner, ORDERS, { origin: 'https://evil.example' })).toBe(403);
    expect(await status(gateway, partner, ORDERS, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status(gateway, partner, ORDERS, { authorization: 'Bearer wrong' })).toBe(401);
  });

  it('reads changed authorities and clients without a restart', async () => {
    const next = new CertificateAuthority('Next');
    writeFileSync(settings.TLS_CLIENT_CA_FILE, next.cert);
    writeFileSync(settings.TLS_CLIENTS_FILE, '[]');
    optional.reload('file');
    expect(log.with({ audit: 'settings.reloaded' }).at(-1)).toMatchObject({
      changes: ['TLS_CLIENT_CA_FILE: the content is changed', 'TLS_CLIENTS_FILE: the content is changed'],
    });
    expect(await status(optional, partner)).toBeUndefined();
    expect(await status(optional, next.issue('partner-a', []), ORDERS)).toBe(401);
  });
});

describe('TLS_CLIENT_AUTH=optional', () => {
  it('accepts clients without a certificate, and refuses those with a wrong one', async () => {
    expect(await status(optional)).toBe(200);
    expect(await status(optional, undefined, ORDERS)).toBe(401);
    expect(await status(optional, stranger)).toBeUndefined();
  });
});
