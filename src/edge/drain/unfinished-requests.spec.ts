import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expectProxyHeaders } from '#libs/client-address';
import { CertificateAuthority } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { UnfinishedRequests } from './unfinished-requests.ts';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n';

describe('requests that are not complete', () => {
  it('are closed, and the others are answered, so that the server ends', async () => {
    const answers: ServerResponse[] = [];
    const server = createServer((_, response) => void answers.push(response));
    server.on('checkContinue', (_, response: ServerResponse) => {
      response.writeContinue();
      answers.push(response);
    });
    const unfinished = new UnfinishedRequests(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const send = async (text: string) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      socket.write(text);
      let received = '';
      socket.on('data', (chunk) => (received += String(chunk)));
      return { closed: once(socket, 'close'), received: () => received };
    };
    const all = [HEAD, `${HEAD}Expect: 100-continue\r\n\r\n`, `${HEAD}\r\n12`, ''].map(send);
    const late = await Promise.all(all);
    const complete = await send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    while (answers.length < 3) await once(server, 'request');
    const ended = once(server, 'close');
    server.close();
    unfinished.close();
    await Promise.all(late.map(({ closed }) => closed));
    for (const answer of answers) answer.end('ok');
    await complete.closed;
    expect(complete.received()).toMatch(/^HTTP\/1\.1 200 OK/);
    await ended;
  });

  it('are closed, and the others answered, over TLS behind a proxy that names one client for all', async () => {
    const authority = new CertificateAuthority();
    const answers: ServerResponse[] = [];
    const server = createTlsServer(authority.issue('localhost'), (_, response) => void answers.push(response));
    expectProxyHeaders(server, { from: true, timeoutMs: 10_000 });
    const unfinished = new UnfinishedRequests(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const send = async (text: string) => {
      const carrier = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
      await once(carrier, 'connect');
      carrier.write('PROXY TCP4 203.0.113.7 10.0.0.1 40001 443\r\n');
      const socket = connectTls({ socket: carrier, servername: 'localhost', ca: authority.cert });
      socket.on('error', () => {});
      await once(socket, 'secureConnect');
      socket.write(text);
      let received = '';
      socket.on('data', (chunk) => (received += String(chunk)));
      return { closed: once(socket, 'close'), received: () => received };
    };
    const late = [await send(HEAD), await send(`${HEAD}\r\n12`)];
    const complete = await send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    while (answers.length < 2) await once(server, 'request');
    const ended = once(server, 'close');
    server.close();
    unfinished.close();
    await Promise.all(late.map(({ closed }) => closed));
    for (const answer of answers) answer.end('ok');
    await complete.closed;
    expect(complete.received()).toMatch(/^HTTP\/1\.1 200 OK/);
    await ended;
  });
});

describe('first requests', () => {
  it.each([
    ['a request', ''],
    ['an upgrade', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ])('are expected of a connection until %s has come, for a while', async (_, headers) => {
    const server = createServer((_request, response) => void response.end('ok'));
    server.on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const unfinished = new UnfinishedRequests(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(server, 'connection');
    expect(unfinished.areFirstExpected(60_000)).toBe(true);
    expect(unfinished.areFirstExpected(0)).toBe(false);
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
    await once(socket, 'data');
    expect(unfinished.areFirstExpected(60_000)).toBe(false);
    socket.destroy();
    server.close();
  });
});
