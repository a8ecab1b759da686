import { writeFileSync } from 'node:fs';
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
const log = new LogLines();
let gateway: RunningGateway;
let port: string;

beforeAll(async () => {
  const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', CACHE: 'off', ...tls.files });
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

describe('a changed certificate of the public port', () => {
  it('is that of new connections, while open ones go on; one without its key changes nothing', async () => {
    const before = await open(tls.authority);
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
    for (const session of [before, still, after]) session.close();
  });
});
