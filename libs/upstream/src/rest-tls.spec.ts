import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createSecureServer as createHttp2SecureServer, createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '#libs/testing';
import { Context, RestClient, type TlsFileSettings } from '#libs/upstream';
import { clientOptions, oneTry } from './policies/upstream.fixture.ts';

const aContext = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 30_000 });
const authority = new CertificateAuthority('First');
const nextAuthority = new CertificateAuthority('Second');

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'atrium-rest-tls-'))));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  rmSync(folder, { recursive: true });
});

function aFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** An HTTPS server that answers who its client is. @param options its certificate, and whom it lets in */
async function aServer(options: ServerOptions): Promise<{ server: Server; port: number; names: unknown[] }> {
  const names: unknown[] = [];
  const server = createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket;
    names.push(socket.servername);
    const { subject } = socket.getPeerCertificate() as { subject?: { CN: string } };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ client: subject?.CN ?? null }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => (server.close(), server.closeAllConnections()));
  return { server, port: (server.address() as AddressInfo).port, names };
}

function clientOf(url: string, tls?: TlsFileSettings) {
  const refused: string[] = [];
  const options = clientOptions('users', { ...oneTry, ...(tls && { tls }) });
  const client = new RestClient([url], { ...options, onTlsRefused: ({ message }) => refused.push(message) });
  cleanups.push(() => client.close());
  const get = client.operation('GET', '/users');
  return { get: () => get(aContext(), {}), client, refused };
}

describe('a REST upstream over TLS', () => {
  it('is trusted by its own authority, and not without', async () => {
    const { port } = await aServer(authority.issue('localhost'));
    const url = `https://localhost:${port}`;
    expect(await clientOf(url, { ca: aFile('ca.pem', authority.cert) }).get()).toEqual({ client: null });
    for (const { get } of [clientOf(url), clientOf(url, { ca: aFile('other.pem', nextAuthority.cert) })]) {
      await expect(get()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', transient: { isUnsent: true } });
    }
  });

  it('is trusted by an authority that another one has issued, and by its own certificate, as by curl and Go', async () => {
    const middle = new CertificateAuthority('Middle', authority);
    const { cert, key } = middle.issue('localhost');
    for (const chain of [cert, cert + middle.cert]) {
      const { port } = await aServer({ cert: chain, key });
      for (const ca of [aFile('middle.pem', middle.cert), aFile('own.pem', cert)])
        expect(await clientOf(`https://localhost:${port}`, { ca }).get()).toEqual({ client: null });
    }
  });

  it('must have the name of its address, or the one that is set', async () => {
    const { port, names } = await aServer(authority.issue('users.internal'));
    const ca = aFile('ca.pem', authority.cert);
    for (const host of ['localhost', '127.0.0.1']) {
      await expect(clientOf(`https://${host}:${port}`, { ca }).get()).rejects.toMatchObject({
        cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      });
      const named = clientOf(`https://${host}:${port}`, { ca, serverName: 'users.internal' });
      expect(await named.get()).toEqual({ client: null });
    }
    expect(names).toEqual(['users.internal', 'users.internal']);
  });

  it('is shown a certificate where it wants one (mutual TLS)', async () => {
    const trust = { ca: nextAuthority.cert, requestCert: true, rejectUnauthorized: true };
    const { port } = await aServer({ ...authority.issue('localhost'), ...trust });
    const url = `https://localhost:${port}`;
    const ca = aFile('ca.pem', authority.cert);
    const { cert, key } = nextAuthority.issue('gateway');
    const authenticated = clientOf(url, { ca, cert: aFile('cert.pem', cert), key: aFile('key.pem', key) });
    expect(await authenticated.get()).toEqual({ client: 'gateway' });
    await expect(clientOf(url, { ca }).get()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is trusted anew by each new connection once the files have changed, and by the last good ones until then', async () => {
    const { server, port } = await aServer(authority.issue('localhost'));
    const ca = aFile('ca.pem', authority.cert);
    const { get, refused } = clientOf(`https://localhost:${port}`, { ca });
    const reconnect = () => server.closeAllConnections();
    expect(await get()).toEqual({ client: null });

    writeFileSync(ca, authority.cert.slice(0, 200));
    reconnect();
    expect(await get()).toEqual({ client: null });
    expect(refused).toEqual([`${ca} is not one or more whole certificates in PEM`]);

    writeFileSync(ca, nextAuthority.cert);
    reconnect();
    await expect(get()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });

    server.setSecureContext(nextAuthority.issue('localhost'));
    expect(await get()).toEqual({ client: null });
  });

  it('shows its certificate of now to each new connection', async () => {
    const trust = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const { server, port } = await aServer({ ...authority.issue('localhost'), ...trust });
    const [old, renewed] = [authority.issue('gateway'), authority.issue('gateway renewed')];
    const files = {
      ca: aFile('ca.pem', authority.cert),
      cert: aFile('cert.pem', old.cert),
      key: aFile('key.pem', old.key),
    };
    const { get, refused } = clientOf(`https://localhost:${port}`, files);
    expect(await get()).toEqual({ client: 'gateway' });
    writeFileSync(files.cert, renewed.cert);
    server.closeAllConnections();
    expect(await get()).toEqual({ client: 'gateway' });
    writeFileSync(files.key, renewed.key);
    server.closeAllConnections();
    expect(await get()).toEqual({ client: 'gateway renewed' });
    expect(refused).toEqual([`${files.key} is not the key of ${files.cert}`]);
  });
});

describe('a mistake in the address of a REST upstream', () => {
  it('is named in the log where http:// was said and what listens there answers with an alert of TLS', async () => {
    const alert = Buffer.from([0x15, 0x03, 0x01, 0, 2, 2, 10]);
    const server = createTcpServer((socket) => void socket.once('data', () => socket.end(alert)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await expect(clientOf(`http://localhost:${port}`).get()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      cause: { message: 'the address is http://, but TLS is spoken there' },
    });
  });

  it('is named in the log where no TLS is spoken and https:// was said', async () => {
    const server = createPlainServer((_, response) => void response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanups.push(() => (server.close(), server.closeAllConnections()));
    const { port } = server.address() as AddressInfo;
    await expect(clientOf(`https://localhost:${port}`).get()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      cause: { message: 'the address is https://, but no TLS is spoken there' },
    });
  });

  it.each(['http', 'https'])(
    'is named in the log where a gRPC server listens and %s:// was said',
    async (scheme) => {
      const server =
        scheme === 'http' ? createHttp2Server() : createHttp2SecureServer(authority.issue('localhost'));
      server.on('sessionError', () => {});
      await once(server.listen(0, '127.0.0.1'), 'listening');
      cleanups.push(() => server.close());
      const { port } = server.address() as AddressInfo;
      const tls = scheme === 'https' ? { ca: aFile('ca.pem', authority.cert) } : undefined;
      await expect(clientOf(`${scheme}://localhost:${port}`, tls).get()).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        cause: { message: 'the server there speaks HTTP/2 alone, as gRPC servers do' },
      });
    },
  );
});
