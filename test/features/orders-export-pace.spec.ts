import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import type { Socket } from 'node:net';
import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CountedOrders, startCountedOrders } from '#apps/orders/counted-orders.fixture';
import { boundStreamBuffers } from '#libs/process';
import { ExportShop, NDJSON } from '#test/support/export-shop';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

const ROWS = 100_000;
/** The bytes of a row in NDJSON. */
const ROW_BYTES = 455;
/** What windows, batches and buffers between the database and the client's connection hold, in rows: some 700 to 850. */
const MAX_UNDER_WAY = 1_000;
/** Has the bytes that the kernel holds for each connection. */
const CONNECTIONS = '/proc/net/tcp';

const HELD_BYTES = getDefaultHighWaterMark(false);
const dataDir = mkdtempSync(join(tmpdir(), 'atrium-export-pace-'));
let service: CountedOrders;
let shop: ExportShop;
beforeAll(async () => {
  // As processes do; streams of this one get their own again.
  boundStreamBuffers();
  service = await startCountedOrders(dataDir, ROWS);
  shop = await ExportShop.open({ ORDERS_URL: service.url });
});
beforeEach(() => {
  service.rowsRead = 0;
  service.log.lines.length = 0;
});
afterAll(async () => {
  setDefaultHighWaterMark(false, HELD_BYTES);
  await shop?.close();
  await service?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a client of an export that stops reading, over HTTP/2', () => {
  it('stops the reading of the database within 1,000 rows, its window included', async () => {
    const options = { ca: shop.certificate.authority, host: '127.0.0.1' };
    const session = connect(`https://localhost:${new URL(shop.gateway.url).port}`, options);
    const stream = session.request({ ':path': '/v1/orders/export', ...shop.access.of('u1'), ...NDJSON });
    await once(stream, 'response');
    expect(await service.quiet()).toBeLessThan(MAX_UNDER_WAY);
    session.destroy();
    await service.log.first({ msg: 'call', code: 'CANCELLED' });
  });
});

const onLinux = existsSync(CONNECTIONS) ? describe : describe.skip;
onLinux('a client of an export that stops reading, over HTTP/1.1', () => {
  it('stops the reading of the database within 1,000 rows, once the buffers of the kernel are full', async () => {
    const response = await shop.begin(NDJSON);
    const read = await service.quiet();
    const held = heldByKernel(response.socket) + response.readableLength;
    expect(read).toBeLessThan(ROWS);
    expect(read - held / ROW_BYTES).toBeLessThan(MAX_UNDER_WAY);
    response.destroy();
    await service.log.first({ msg: 'call', code: 'CANCELLED' });
  });
});

describe('a client of an export that leaves', () => {
  it.each([
    ['while it reads', true],
    ['after it has stopped reading', false],
  ])('ends the call, and the reading of the database with it, within a second: %s', async (_, isReading) => {
    const response = await shop.begin(NDJSON);
    for (let bytes = 0; bytes < 2_000 * ROW_BYTES;) {
      const chunk = (response.read() ?? (await once(response, 'readable'), '')) as Buffer;
      bytes += chunk.length;
    }
    if (isReading) response.resume();
    else await service.quiet();
    const leftAt = performance.now();
    response.destroy();
    await service.log.first({ msg: 'call', code: 'CANCELLED' });
    expect(performance.now() - leftAt).toBeLessThan(1_000);
    // The query that was running.
    const before = service.rowsRead;
    expect(await service.quiet()).toBeLessThanOrEqual(before + 100);
    expect(before).toBeLessThan(ROWS);
  });
});

/** The bytes that the kernel holds on their way to this end of a connection of the machine. */
function heldByKernel({ localPort, remotePort }: Socket): number {
  const hex = (port?: number) => `:${port!.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync(CONNECTIONS, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const queuesOf = (from: string, to: string) =>
    rows
      .find(([, local, remote]) => local?.endsWith(from) && remote?.endsWith(to))![4]!
      .split(':')
      .map((bytes) => parseInt(bytes, 16));
  const [own, theirs] = [hex(localPort), hex(remotePort)];
  return queuesOf(theirs, own)[0]! + queuesOf(own, theirs)[1]!;
}
