import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { aPicture, type Came, UploadGateway } from '#test/support/upload-gateway';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const THREAT = 'X-ATRIUM-THREAT-X';
const END = Buffer.alloc(4);

/** A scanner that speaks clamd's protocol as far as INSTREAM goes, and knows one threat. */
async function scannerAt(port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (!received.subarray(-4).equals(END)) return;
      socket.end(received.includes(THREAT) ? 'stream: Atrium.Test FOUND\0' : 'stream: OK\0');
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

describe('with SCAN_URL, an upload', () => {
  let scanner: Awaited<ReturnType<typeof scannerAt>>;
  let shop: UploadGateway;

  beforeAll(async () => {
    scanner = await scannerAt();
    shop = await UploadGateway.open({ SCAN_URL: `clamd://127.0.0.1:${scanner.port}`, JOBS: 'off' });
  });
  afterAll(async () => {
    await shop?.close();
    scanner.server.close();
  });

  const upload = (body: Buffer) =>
    shop.send('POST', '/v1/uploads', { headers: { 'content-type': 'image/png' }, body });
  const json = ({ body }: Came) => JSON.parse(body.toString()) as Record<string, unknown>;
  const infected = () => Buffer.concat([aPicture(10_000), Buffer.from(THREAT)]);

  it('is complete once it was scanned', async () => {
    const came = await upload(aPicture(200_000));
    expect([came.status, json(came)['isComplete']]).toEqual([201, true]);
  });

  it('is refused and deleted if it has a threat, whose name is in the log alone', async () => {
    const came = await upload(infected());
    expect([came.status, json(came)]).toMatchObject([
      422,
      { code: 'VALIDATION_FAILED', errors: [{ field: 'file', message: 'Was refused by the virus scan' }] },
    ]);
    expect(came.body.toString()).not.toContain('Atrium.Test');
    expect(shop.log.with({ audit: 'upload.infected', reason: 'Atrium.Test' })).toHaveLength(1);
    const url = came.interim
      .flatMap(({ headers }) => headers['location'] ?? [])
      .concat(came.headers.location ?? []);
    for (const one of url) expect((await shop.send('HEAD', one)).status).toBe(404);
  });

  it('is not accepted while the scanner is away, and the log says why', async () => {
    scanner.server.close();
    await once(scanner.server, 'close');
    const came = await upload(aPicture(1_000));
    expect([came.status, json(came)['code'], came.headers['retry-after']]).toEqual([503, 'OVERLOADED', '30']);
    expect(shop.log.with({ source: 'virus-scan', status: 503 })).toHaveLength(1);
    scanner = await scannerAt(scanner.port);
    expect((await upload(aPicture(1_000))).status).toBe(201);
  });
});
