import { pbkdf2 } from 'node:crypto';
import { lookup } from 'node:dns';
import { readFile } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { gzip } from 'node:zlib';

/** Six `pbkdf2` at once; prints when each ended, in ms. Or, as `waves`, what ended of them and of a small
 * task behind them; as `order`, what waits for one with one thread. */
const [, , mode] = process.argv;
const startedAt = performance.now();
const ended: string[] = [];
const end = (name: string) => void ended.push(name);
const hash = (rounds: number, done: () => void) => pbkdf2('secret', 'salt', rounds, 64, 'sha512', done);

if (mode === 'order') {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1', () => {
    hash(400_000, () => end('pbkdf2'));
    readFile('package.json', () => end('fs.readFile'));
    lookup('localhost', () => end('dns.lookup'));
    gzip('text', () => end('zlib.gzip'));
    setTimeout(() => end('timer'), 1);
    const { port } = server.address() as AddressInfo;
    connect(port, '127.0.0.1')
      .on('close', () => (end('TCP'), server.close()))
      .resume();
  });
} else if (mode === 'waves') {
  for (let n = 0; n < 6; n += 1) hash(200_000, () => end('pbkdf2'));
  hash(1, () => end('small'));
} else for (let n = 0; n < 6; n += 1) hash(100_000, () => end(String(Math.round(performance.now() - startedAt))));

process.on('exit', () => process.stdout.write(JSON.stringify(ended)));
