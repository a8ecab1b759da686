import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { orders } from '#libs/contracts';
import { CertificateAuthority, eventually } from '#libs/testing';
import { Context, type TlsFileSettings } from '#libs/upstream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GrpcClient } from './grpc-client.ts';
import { GRPC_IMPLEMENTATIONS, rpc } from './grpc-upstream.fixture.ts';
import { clientOptions, oneTry } from './policies/upstream.fixture.ts';

jest.setTimeout(60_000);

const aContext = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 30_000 });
const authority = new CertificateAuthority('First');
const nextAuthority = new CertificateAuthority('Second');
const message = orders.CancelOrderResponse.encode({ order: orders.Order.fromPartial({ id: 'o1' }) }).finish();
const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'atrium-grpc-tls-'))));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
function aFile(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** A gRPC server over TLS, the names its clients asked for, and who they are. It answers when `answer` is called, or at once. */
async function aServer(options: TlsOptions, path?: string) {
  const server: Http2SecureServer = createSecureServer(options);
  const names: unknown[] = [];
  const clients: unknown[] = [];
  const held: (() => void)[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const its = { server, names, clients, held, sessions, isHolding: false };
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    const socket = session.socket as TLSSocket;
    names.push(socket.servername);
    clients.push((socket.getPeerCertificate() as { subject?: { CN: string } }).subject?.CN);
  });
  server.on('stream', (stream: ServerHttp2Stream) => {
    const answer = () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed);
    };
    if (!its.isHolding) return answer();
    held.push(answer);
    server.emit('held');
  });
  await once(path ? server.listen(path) : server.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { ...its, its, port: (server.address() as AddressInfo).port };
}

describe.each(GRPC_IMPLEMENTATIONS)('a gRPC upstream over TLS, by %s', (implementation) => {
  function clientOf(address: string, tls?: TlsFileSettings) {
    const refused: string[] = [];
    const client = new GrpcClient([address], {
      ...clientOptions('orders', { ...oneTry, ...(tls && { tls }) }),
      implementation,
      connections: { tlsCheckMs: 20, connectTimeoutMs: 20_000 },
      onTlsRefused: ({ message: why }) => refused.push(why),
    });
    cleanups.push(() => client.close());
    const cancel = client.unary(rpc);
    return { refused, client, call: async () => (await cancel(aContext(), { id: 'o1' })).order?.id };
  }
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => Promise.reject(new Error('the call did not fail')),
      (error: Error & { code: string; cause: Error }) => error,
    );

  it('is trusted by its own authority, by the name that was resolved', async () => {
    const { port, names } = await aServer(authority.issue('localhost'));
    const ca = aFile('ca.pem', authority.cert);
    expect(await clientOf(`grpcs://localhost:${port}`, { ca }).call()).toBe('o1');
    expect(await clientOf(`localhost:${port}`, { ca }).call()).toBe('o1');
    expect(names).toEqual(['localhost', 'localhost']);
  });

  it.each([
    ['the system does not know', undefined],
    ['is not the one that is set', nextAuthority],
  ])('is refused where its authority %s, for a reason that the log names', async (_, other) => {
    const { port, names } = await aServer(authority.issue('localhost'));
    const ca = other && aFile('other.pem', other.cert);
    const { call } = clientOf(`grpcs://localhost:${port}`, ca ? { ca } : undefined);
    const error = await failureOf(call());
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.message).toBe('Upstream unavailable');
    expect(error.cause.message).toMatch(/unable to (verify|get)|self.signed certificate/);
    expect(names).toEqual([]);
  });

  it('is trusted by an authority that another one has issued, and by its own certificate, as by curl and Go', async () => {
    const middle = new CertificateAuthority('Middle', authority);
    const { cert, key } = middle.issue('localhost');
    for (const chain of [cert, cert + middle.cert]) {
      const { port } = await aServer({ cert: chain, key });
      for (const ca of [aFile('middle.pem', middle.cert), aFile('own.pem', cert)])
        expect(await clientOf(`grpcs://localhost:${port}`, { ca }).call()).toBe('o1');
    }
  });

  it('must have the name of its address, or the one that is set', async () => {
    const { port, names } = await aServer(authority.issue('orders.internal'));
    const ca = aFile('ca.pem', authority.cert);
    for (const host of ['localhost', '127.0.0.1']) {
      const error = await failureOf(clientOf(`grpcs://${host}:${port}`, { ca }).call());
      expect(error.cause.message).toContain("does not match certificate's altnames");
      expect(await clientOf(`grpcs://${host}:${port}`, { ca, serverName: 'orders.internal' }).call()).toBe('o1');
    }
    expect(names).toEqual(['orders.internal', 'orders.internal']);
  });

  it('may have an IP address in its certificate', async () => {
    const ca = aFile('ca.pem', authority.cert);
    const { port } = await aServer(authority.issue('orders', ['127.0.0.1']));
    expect(await clientOf(`grpcs://127.0.0.1:${port}`, { ca }).call()).toBe('o1');
    const other = await aServer(authority.issue('orders', ['127.0.0.2']));
    const error = await failureOf(clientOf(`grpcs://127.0.0.1:${other.port}`, { ca }).call());
    expect(error.cause.message).toContain('127.0.0.1');
  });

  it('gets the client certificate that it demands', async () => {
    const trust = { ca: nextAuthority.cert, requestCert: true, rejectUnauthorized: true };
    const { port, clients } = await aServer({ ...authority.issue('localhost'), ...trust });
    const ca = aFile('ca.pem', authority.cert);
    const { cert, key } = nextAuthority.issue('gateway', []);
    const files = { ca, cert: aFile('cert.pem', cert), key: aFile('key.pem', key) };
    expect(await clientOf(`grpcs://localhost:${port}`, files).call()).toBe('o1');
    expect(clients).toEqual(['gateway']);
  });

  it('refuses a client without the certificate that it demands, and the log says what is missing', async () => {
    const trust = { ca: nextAuthority.cert, requestCert: true, rejectUnauthorized: true };
    const { port } = await aServer({ ...authority.issue('localhost'), ...trust });
    const error = await failureOf(
      clientOf(`grpcs://localhost:${port}`, { ca: aFile('ca.pem', authority.cert) }).call(),
    );
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.cause.message).toMatch(/certificate required|client certificate/i);
  });

  it('may listen on a unix socket', async () => {
    const { names } = await aServer(authority.issue('orders.internal'), at('orders.sock'));
    const tls = { ca: aFile('ca.pem', authority.cert), serverName: 'orders.internal' };
    expect(await clientOf(`grpcs://unix:${at('orders.sock')}`, tls).call()).toBe('o1');
    expect(names).toEqual(['orders.internal']);
  });

  it('is called over new connections once its files have changed, and calls under way end well', async () => {
    const trust = { ca: [authority.cert, nextAuthority.cert], requestCert: true, rejectUnauthorized: true };
    const { port, clients, held, sessions, server, its } = await aServer({
      ...authority.issue('localhost'),
      ...trust,
    });
    const first = authority.issue('gateway-1', []);
    const files = {
      ca: aFile('ca.pem', authority.cert),
      cert: aFile('cert.pem', first.cert),
      key: aFile('key.pem', first.key),
    };
    const { call, refused } = clientOf(`grpcs://localhost:${port}`, files);
    expect(await call()).toBe('o1');
    its.isHolding = true;
    const isHeld = once(server, 'held');
    const underWay = call();
    await isHeld;
    its.isHolding = false;

    const next = nextAuthority.issue('gateway-2', []);
    server.setSecureContext({ ...nextAuthority.issue('localhost'), ca: trust.ca });
    writeFileSync(files.ca, authority.cert.slice(0, 200));
    writeFileSync(files.cert, next.cert);
    // Half written: what was good goes on.
    while (!refused.length) expect(await call()).toBe('o1');
    expect(clients).toEqual(['gateway-1']);
    writeFileSync(files.key, next.key);
    writeFileSync(files.ca, nextAuthority.cert);
    while (clients.length < 2) expect(await call()).toBe('o1');
    expect(clients).toEqual(['gateway-1', 'gateway-2']);

    held[0]!();
    expect(await underWay).toBe('o1');
    await eventually(() => sessions.size <= 1);
    expect(await call()).toBe('o1');
    expect(clients).toHaveLength(2);
  });
});
