import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { certificateFiles } from '#test/support/certificate';
import { serve, type Served } from './server.fixture.ts';

const { files, authority, remove } = certificateFiles();
let served: Served;
beforeAll(async () => {
  served = await serve((server) => {
    server.get('/version', async ({ raw }) => raw.httpVersion);
  }, files);
});
afterAll(async () => {
  await served.stop();
  remove();
});

const open = async (options: ConnectionOptions) => {
  const socket = connect({
    port: served.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority,
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
};

/** The selected protocol, and the version that a request has then. */
async function versionOf(options: ConnectionOptions, version = '1.1') {
  const socket = await open(options);
  socket.write(`GET /version HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const answer = await text(socket);
  return [socket.alpnProtocol, answer.slice(answer.lastIndexOf('\n') + 1)];
}

describe('a TLS client', () => {
  it.each([
    [['http/1.1'], '1.1', 'http/1.1'],
    [['http/1.0'], '1.0', 'http/1.0'],
    [['other', 'http/1.0'], '1.0', 'http/1.0'],
    [['http/1.0', 'http/1.1'], '1.1', 'http/1.1'],
    [undefined, '1.1', false],
    [undefined, '1.0', false],
  ])('that offers %j is answered HTTP/%s', async (ALPNProtocols, version, selected) => {
    expect(await versionOf({ ALPNProtocols }, version)).toEqual([selected, version]);
  });

  it('gets HTTP/2 if it offers it, in any order', async () => {
    const socket = await open({ ALPNProtocols: ['http/1.0', 'http/1.1', 'h2'] });
    expect(socket.alpnProtocol).toBe('h2');
    socket.destroy();
  });

  it('that offers only unknown protocols gets the alert for that', async () => {
    await expect(open({ ALPNProtocols: ['other', 'h2c'] })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
  });

  it('may connect by address, without a server name', async () => {
    const options = { servername: '', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
    expect(await versionOf(options)).toEqual(['http/1.1', '1.1']);
  });

  it.each(['--http1.0', '--http1.1', '--http2', '--no-alpn'])('may be curl %s', async (option) => {
    const curl = spawn('curl', ['-sSk', option, `https://127.0.0.1:${served.port}/version`]);
    expect(await text(curl.stdout)).toBe({ '--http1.0': '1.0', '--http2': '2.0' }[option] ?? '1.1');
  });
});
