import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { Drain } from './drain.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a server that drains', () => {
  it('answers what arrived on an idle connection while its process could not run', async () => {
    const server = createServer((_, response) => void response.end('ok'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const drain = new Drain({ httpAdapter: { getHttpServer: () => server } } as unknown as HttpAdapterHost);
    drain.onModuleInit();
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.write(REQUEST);
    await once(socket, 'data');
    received = '';
    const ended = drain.run(0).then(() => void server.close());
    // The port closes, and then nothing runs until connections have had their time.
    while (server.listening) await new Promise(setImmediate);
    socket.write(REQUEST);
    blockFor(600);
    await ended;
    await once(socket.resume(), 'close');
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});

const blockFor = (durationMs: number) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
};
