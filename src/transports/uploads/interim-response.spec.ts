import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, connect as open } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { sendInterim } from './interim-response.ts';

const HEADERS = { location: '/v1/uploads/a' };

describe('an interim response', () => {
  it('comes before the final one over HTTP/1.1, and not at all over HTTP/1.0', async () => {
    const server = createServer((_, response) => {
      sendInterim(response, HEADERS);
      response.end('final');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const request = send({ port, agent: false }).end();
    const [information] = (await once(request, 'information')) as [{ statusCode: number; headers: object }];
    expect([information.statusCode, information.headers]).toEqual([104, HEADERS]);
    const old = open(port, '127.0.0.1');
    old.end('GET / HTTP/1.0\r\n\r\n');
    const answer = await text(old);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).not.toContain('104');
    server.close();
  });

  it('comes before the final one over HTTP/2', async () => {
    const server = createHttp2((_, response: Http2ServerResponse) => {
      sendInterim(response, HEADERS);
      response.end('final');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request();
    const [headers] = (await once(stream, 'headers')) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ':status': 104, ...HEADERS });
    expect(await text(stream)).toBe('final');
    session.close();
    server.close();
  });

  it('is not sent to a client that has left', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = open((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    client.destroy();
    await once(response, 'close');
    expect(() => sendInterim(response, HEADERS)).not.toThrow();
    server.close();
  });
});
