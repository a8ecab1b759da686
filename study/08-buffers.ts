import assert from 'node:assert/strict';
import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { mediaTypeOf } from '#gateway/files/uploads/media-type';
import { readRows } from '#libs/rows';
import { z } from 'zod';
import { part, show } from './support/print.ts';
import { showByRelease } from './support/releases.ts';

part('sniffing: the type is in the first bytes, not in the name');
const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
show(`89 50 4e 47 …: ${await mediaTypeOf(png, undefined)}`);
const refused = await mediaTypeOf(Buffer.from('<script>alert(1)</script>'), 'image/png').catch(
  (error: { code: string }) => error.code,
);
assert.equal(refused, 'UNSUPPORTED_MEDIA_TYPE');
show(`HTML that calls itself image/png: ${refused}`);

part('base64');
const bytes = Buffer.from([0xfb, 0xff, 0xfe]);
const [plain, url] = [bytes.toString('base64'), bytes.toString('base64url')];
assert.deepEqual([plain, url], ['+//+', '-__-']);
assert.deepEqual(Buffer.from('-__-', 'base64'), bytes);
show(`fb ff fe: ${plain} and ${url}; 300 bytes become ${Buffer.alloc(300).toString('base64').length} characters`);
const lenient = Buffer.from('a*b=', 'base64').length;
assert.throws(() => atob('a*b='), { name: 'InvalidCharacterError' });
show(`'a*b=': Buffer.from gives ${lenient} byte and no error, atob throws InvalidCharacterError`);

part('a character split over two chunks');
const euro = Buffer.from('10 €');
const chunks = [euro.subarray(0, 4), euro.subarray(4)];
const naive = chunks.map((chunk) => chunk.toString()).join('');
const decoder = new StringDecoder('utf8');
const whole = chunks.map((chunk) => decoder.write(chunk)).join('') + decoder.end();
assert.deepEqual([naive === '10 €', whole], [false, '10 €']);
show(`toString of each: ${JSON.stringify(naive)}; StringDecoder: ${JSON.stringify(whole)}`);
const stream = Readable.from(chunks).setEncoding('utf8');
show(`setEncoding('utf8'): ${JSON.stringify((await stream.toArray()).join(''))}`);
const file = { format: 'ndjson', schema: z.object({ price: z.string() }), columns: {}, required: [] } as const;
const json = Buffer.from('{"price":"10 €"}\n');
const rows = await collected(readRows(Readable.from([...json].map((byte) => Buffer.from([byte]))), file as never));
assert.deepEqual(rows.flat(), [{ line: 1, value: { price: '10 €' } }]);
show(`an import of the gateway, byte by byte: ${JSON.stringify(rows.flat()[0])}`);

part('GBK');
const gbk = Buffer.from('c4e3bac3', 'hex');
const text = new TextDecoder('gbk').decode(gbk);
assert.equal(text, '你好');
show(`c4 e3 ba c3: ${text} as GBK, ${JSON.stringify(gbk.toString())} as UTF-8`);
assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(gbk), {
  code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
});
const importing = collected(readRows(Readable.from([gbk]), file as never));
const problem = await importing.then(
  () => 'taken',
  (error: { code: string; errors: { message: string }[] }) => `${error.code}: ${error.errors[0]!.message}`,
);
show(`the import refuses it: ${problem}`);

part('alloc, allocUnsafe and the pool that they share');
assert.ok(Buffer.alloc(8).every((byte) => byte === 0));
const secret = Buffer.from('the password');
const other = Buffer.allocUnsafe(8);
const isShared = secret.buffer === other.buffer;
const leaked = Buffer.from(other.buffer).toString().includes('the password');
assert.deepEqual([isShared, leaked], [true, true]);
show(`Buffer.from(string) and allocUnsafe(8) share one ArrayBuffer: ${isShared}`);
show(`whoever sends other.buffer sends the password: ${leaked}`);
assert.notEqual(Buffer.alloc(8).buffer, Buffer.alloc(8).buffer);
show(`alloc(8) is zeros in memory of its own`);
const view = secret.subarray(0, 3);
view[0] = 'T'.charCodeAt(0);
assert.equal(secret.toString(), 'The password');
show(`subarray is a view: after a write through it the original is "${secret.toString()}"`);

part('equality in constant time');
assert.throws(() => timingSafeEqual(Buffer.from('short'), Buffer.from('longer')), {
  code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH',
});
const hash = (value: string) => createHash('sha256').update(value).digest();
const same = (one: string, another: string) => timingSafeEqual(hash(one), hash(another));
assert.deepEqual([same('key', 'key'), same('key', 'longer key')], [true, false]);
show('of two lengths: it throws; of their hashes: true, false');

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

part('new Buffer(n), SlowBuffer and Uint8Array.fromBase64, by release');
showByRelease(
  "`new Buffer(4096) is zeros: ${new Buffer(4096).every((one) => one === 0)}; SlowBuffer: ${typeof require('buffer').SlowBuffer}; fromBase64: ${typeof Uint8Array.fromBase64}`",
);
