import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aClientOf, aContext, closeAll, OK, outcomeOf } from './raw-upstream.fixture.ts';

afterEach(closeAll);

describe('an HTTP upstream in its own way', () => {
  it('may begin its JSON with a byte order mark (RFC 8259, section 8.1)', async () => {
    const answer = `${OK}content-length: 5\r\n\r\n\uFEFF{}`;
    expect(await outcomeOf((socket) => void socket.write(answer))).toEqual({});
    const twice = `${OK}content-length: 8\r\n\r\n\uFEFF\uFEFF{}`;
    expect(await outcomeOf((socket) => void socket.write(twice))).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('may answer in the interim, however often', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\ncontent-type: application/json\r\n\r\n';
    expect(
      await outcomeOf((socket) => void socket.write(`${early.repeat(1_000)}${OK}content-length: 2\r\n\r\n{}`)),
    ).toEqual({});
    const html = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}';
    expect(await outcomeOf((socket) => void socket.write(`${early}${html}`))).toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
  });

  it.each([' ', '   '])('may send spaces after its length (RFC 9110, section 5.5): %j', async (space) => {
    const client = await aClientOf((socket) => {
      socket.write(`${OK}Content-Length: 2`);
      setImmediate(() => socket.write(`${space}\r\n\r\n{}`));
    });
    const get = client.operation('GET', '/users');
    expect([await get(aContext(), {}), await get(aContext(), {})]).toEqual([{}, {}]);
  });

  it.each<[string, string]>([
    ['a length beside chunks', `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    [
      'chunks before a length',
      `${OK}transfer-encoding: chunked\r\ncontent-length: 99\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    ['lines without CR', `${OK}content-length: 2\r\n\r\n{}`.replaceAll('\r', '')],
    ['spaces after the length of a chunk', `${OK}transfer-encoding: chunked\r\n\r\n2   \r\n{}\r\n0  \r\n\r\n`],
  ])('may send %s, which other clients read', async (_, answer) => {
    const client = await aClientOf((socket) => void socket.write(answer));
    const get = client.operation('GET', '/users');
    expect([await get(aContext(), {}), await get(aContext(), {})]).toEqual([{}, {}]);
  });

  it.each(['identity', 'gzip'])(
    'is refused at once with the transfer coding %s beside a length',
    async (coding) => {
      const answer = `${OK}transfer-encoding: ${coding}\r\ncontent-length: 2\r\n\r\n{}`;
      const client = await aClientOf((socket) => void socket.write(answer));
      await expect(client.operation('GET', '/users')(aContext(), {})).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
    },
  );

  it('gets no further request on a connection with a length beside chunks', async () => {
    const sockets = new Set<Socket>();
    const client = await aClientOf((socket) => {
      sockets.add(socket);
      socket.write(`${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);
    });
    const get = client.operation('GET', '/users');
    for (let call = 0; call < 3; call += 1) await get(aContext(), {});
    expect(sockets.size).toBe(3);
  });

  it('may send 100 (Continue) unasked, at a request and at the next on the connection', async () => {
    let connections = 0;
    const interim = 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2);
    const client = await aClientOf((socket) => {
      connections += socket.bytesWritten ? 0 : 1;
      socket.write(`${interim}${OK}content-length: 2\r\n\r\n{}`);
    });
    const [get, post] = [client.operation('GET', '/users'), client.operation('POST', '/users')];
    for (let index = 0; index < 5; index += 1) expect(await get(aContext(), {})).toEqual({});
    expect(await post(aContext(), { body: {} })).toEqual({});
    expect(connections).toBeLessThan(3);
  });
});
