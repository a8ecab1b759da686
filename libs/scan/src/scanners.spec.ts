import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openScanner } from './open-scanner.ts';
import { parseScanUrl } from './scan-url.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server that replies to what it has received so far; nothing while the reply is undefined. */
async function server(replyTo: (received: Buffer, socket: Socket) => string | undefined): Promise<string> {
  const listening = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const reply = replyTo(received, socket);
      if (reply !== undefined && !socket.writableEnded) socket.end(reply);
    });
  });
  servers.push(listening.listen(0, '127.0.0.1'));
  await once(listening, 'listening');
  return `127.0.0.1:${(listening.address() as { port: number }).port}`;
}

const scannerAt = (url: string, timeoutMs = 10_000) => openScanner(parseScanUrl(url)!, timeoutMs);

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function* endless() {
  for (;;) {
    await new Promise(setImmediate);
    yield Buffer.alloc(65_536);
  }
}

const unscanned = { code: 'OVERLOADED', status: 503, source: 'virus-scan' };

/** The content of a whole INSTREAM command (clamd(8)); undefined while it is not. */
function streamed(received: Buffer): string | undefined {
  const start = received.indexOf('\0') + 1;
  if (received.toString('latin1', 0, start) !== 'zINSTREAM\0') return undefined;
  let content = '';
  for (let at = start; at + 4 <= received.length;) {
    const length = received.readUInt32BE(at);
    if (length === 0) return content;
    content += received.toString('latin1', at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

/** The content of a whole RESPMOD request (RFC 3507); undefined while it is not. */
function modified(received: Buffer): string | undefined {
  const text = received.toString('latin1');
  if (!text.endsWith('\r\n0\r\n\r\n')) return undefined;
  const [head] = text.split('\r\n\r\n', 1);
  const start = Number(/res-body=(\d+)/.exec(head!)![1]) + head!.length + 4;
  return text.slice(start, -'\r\n0\r\n\r\n'.length).replace(/(?:^|\r\n)[0-9a-f]+\r\n/g, '');
}

describe('clamd', () => {
  it('finds a file clean, or names what is in it', async () => {
    const contents: string[] = [];
    const at = await server((received) => {
      const content = streamed(received);
      if (content !== undefined) contents.push(content);
      return content && (content.includes('evil') ? 'stream: Evil.Test FOUND\0' : 'stream: OK\0');
    });
    const scanner = scannerAt(`clamd://${at}`);
    expect(await scanner.scan(chunks('some', '', 'thing'))).toEqual({ isClean: true });
    expect(await scanner.scan(chunks('ev', 'il'))).toEqual({ isClean: false, threat: 'Evil.Test' });
    expect(contents).toEqual(['something', 'evil']);
  });

  it('may refuse a file by its size before it has read it', async () => {
    const at = await server(() => 'INSTREAM size limit exceeded. ERROR\0');
    await expect(scannerAt(`clamd://${at}`).scan(endless())).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each([
    ['an error', () => 'INSTREAM: Can not open file ERROR\0'],
    ['half a reply', () => 'stream: OK'],
    ['another protocol', () => 'HTTP/1.1 200 OK\r\n\r\n\0'],
    ['a closed connection', (_: Buffer, socket: Socket) => void socket.destroy()],
  ])('that sends %s finds no file clean', async (_, reply) => {
    const at = await server(reply as (received: Buffer, socket: Socket) => string | undefined);
    await expect(scannerAt(`clamd://${at}`).scan(chunks('x'))).rejects.toMatchObject(unscanned);
  });
});

describe('an ICAP server', () => {
  const icap = (reply: string) => server((received) => (modified(received) === undefined ? undefined : reply));

  it('finds a file clean by 204', async () => {
    const contents: (string | undefined)[] = [];
    const at = await server((received) => {
      const content = modified(received);
      if (content !== undefined) contents.push(content);
      return content === undefined ? undefined : 'ICAP/1.0 204 No Content\r\nISTag: "x"\r\n\r\n';
    });
    expect(await scannerAt(`icap://${at}/avscan`).scan(chunks('some', '', 'thing'))).toEqual({ isClean: true });
    expect(contents).toEqual(['something']);
  });

  it.each([
    ['X-Infection-Found: Type=0; Resolution=2; Threat=Evil.Test;\r\n', 'Evil.Test'],
    ['X-Virus-ID: Evil.Test\r\n', 'Evil.Test'],
    ['', 'changed by the scanner'],
  ])('finds a threat where it changes the file: %j', async (header, threat) => {
    const at = await icap(
      `ICAP/1.0 200 OK\r\n${header}Encapsulated: res-hdr=0\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n`,
    );
    expect(await scannerAt(`icap://${at}/avscan`).scan(chunks('x'))).toEqual({ isClean: false, threat });
  });

  it.each([
    'ICAP/1.0 404 Service not found\r\n\r\n',
    'ICAP/1.0 500 Server error\r\n\r\n',
    'HTTP/1.1 204 x\r\n\r\n',
  ])('that replies %j finds no file clean', async (reply) => {
    await expect(scannerAt(`icap://${await icap(reply)}/avscan`).scan(chunks('x'))).rejects.toMatchObject(
      unscanned,
    );
  });
});

describe('a program', () => {
  const running = (script: string, timeoutMs?: number) =>
    scannerAt(`exec://${process.execPath}?arg=-e&arg=${encodeURIComponent(script)}`, timeoutMs);
  const READ = `const { text } = await import('node:stream/consumers'); const file = await text(process.stdin);`;

  it('finds a file clean by 0, and infected by 1', async () => {
    const scanner = running(
      `${READ} if (file.includes('evil')) { console.log('stream: Evil.Test FOUND'); process.exitCode = 1; }`,
    );
    expect(await scanner.scan(chunks('some', 'thing'))).toEqual({ isClean: true });
    expect(await scanner.scan(chunks('ev', 'il'))).toEqual({ isClean: false, threat: 'Evil.Test' });
  });

  it('sees no environment but PATH', async () => {
    const scanner = running(`${READ} process.exitCode = Object.keys(process.env).join() === 'PATH' ? 0 : 1`);
    expect(await scanner.scan(chunks('x'))).toEqual({ isClean: true });
  });

  it.each([
    ['that fails', `${READ} process.exitCode = 2`],
    ['that has not read the file', 'process.exit(0)'],
    ['that is killed', 'process.kill(process.pid, "SIGKILL")'],
  ])('%s finds no file clean', async (_, script) => {
    await expect(running(script).scan(endlessFor(200))).rejects.toMatchObject(unscanned);
  });

  it('that is not there finds no file clean', async () => {
    await expect(scannerAt('exec:///nowhere/scan').scan(chunks('x'))).rejects.toMatchObject(unscanned);
  });
});

/** More than a pipe holds. */
async function* endlessFor(count: number) {
  for (let i = 0; i < count; i += 1) yield Buffer.alloc(65_536);
}

describe.each([
  ['clamd', async () => `clamd://${await server(() => undefined)}`],
  ['an ICAP server', async () => `icap://${await server(() => undefined)}/avscan`],
  ['a program', async () => `exec://${process.execPath}?arg=-e&arg=setInterval(()=>{},1000)`],
])('%s that gives no verdict', (_, open) => {
  it('fails the scan at the time limit', async () => {
    await expect(scannerAt(await open(), 100).scan(chunks('x'))).rejects.toMatchObject(unscanned);
  });

  it('is left when the signal aborts, with its reason', async () => {
    const gone = new AbortController();
    const reason = new Error('the client has gone');
    const scanning = scannerAt(await open()).scan(chunks('x'), gone.signal);
    gone.abort(reason);
    await expect(scanning).rejects.toBe(reason);
  });

  it('does not hide that the file cannot be read', async () => {
    async function* broken() {
      yield Buffer.from('x');
      throw new Error('no such object');
    }
    await expect(scannerAt(await open(), 2_000).scan(broken())).rejects.toThrow('no such object');
  });
});

it('a scanner that nothing listens for finds no file clean', async () => {
  const at = await server(() => undefined);
  servers.pop()!.close();
  await expect(scannerAt(`clamd://${at}`).scan(chunks('x'))).rejects.toMatchObject(unscanned);
});

describe('the address of a scanner', () => {
  it.each([
    ['clamd://scan', { kind: 'clamd', host: 'scan', port: 3310 }],
    ['clamd://[::1]:9', { kind: 'clamd', host: '::1', port: 9 }],
    ['clamd:///run/clamd.ctl', { kind: 'clamd', path: '/run/clamd.ctl' }],
    ['icap://scan/avscan', { kind: 'icap', host: 'scan', port: 1344, service: 'avscan' }],
    [
      'exec:///usr/bin/clamdscan?arg=--no-summary&arg=-',
      { kind: 'program', path: '/usr/bin/clamdscan', args: ['--no-summary', '-'] },
    ],
  ])('may be %s', (url, target) => {
    expect(parseScanUrl(url)).toEqual(target);
  });

  it.each([
    '',
    'clamd',
    'clamd://',
    'clamd://scan/x',
    'icap://scan',
    'exec://scan/x',
    'exec:///x?a=b',
    'http://scan/x',
    'clamd://a:b@c',
  ])('may not be %j', (url) => {
    expect(parseScanUrl(url)).toBeUndefined();
  });
});
