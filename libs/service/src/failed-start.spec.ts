import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orders } from '#libs/contracts';
import { openVerifier } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { readSettings } from '#libs/process';
import { describe, expect, it } from '@jest/globals';
import { serviceSettings } from '#libs/service';
import { startGrpcService } from './start-grpc-service.ts';

class EmptyModule {}

/** A logger that keeps its lines, and tells of each. */
function listeningLogger(onLine: () => void = () => {}) {
  const messages: string[] = [];
  const write = (line: string) => {
    messages.push((JSON.parse(line) as { msg: string }).msg);
    onLine();
  };
  return { logger: createLogger('test', 'info', { write }), messages };
}

describe('a gRPC service that cannot listen', () => {
  it('closes what it has opened, and watches its key file no longer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-failed-start-'));
    const file = join(folder, 'internal.key');
    writeFileSync(file, 'the first internal key as text in a file');
    const settings = readSettings(serviceSettings(0), { INTERNAL_TOKEN_KEY_FILE: file, DATA_DIR: folder });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { logger, messages } = listeningLogger();
    let isClosed = false;

    const started = startGrpcService({
      name: 'orders',
      url: `127.0.0.1:${(other.address() as AddressInfo).port}`,
      proto: 'shop/orders/v1/orders.proto',
      definition: orders.OrdersServiceService,
      module: { module: EmptyModule },
      settings,
      logger,
      onStopped: async () => void (isClosed = true),
    });
    await expect(started).rejects.toThrow(/EADDRINUSE|No address added/);
    expect(isClosed).toBe(true);

    // Begun later, this watch hears of the change after one that was left open.
    let heard = () => {};
    const isHeard = new Promise<void>((resolve) => (heard = resolve));
    const [, stop] = openVerifier('orders', settings, listeningLogger(() => heard()).logger);
    writeFileSync(file, 'the second internal key as text in a file');
    await isHeard;
    stop();
    other.close();
    rmSync(folder, { recursive: true });
    expect(messages).toEqual([]);
  });
});
