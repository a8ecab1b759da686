import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { orders } from '#libs/contracts';
import { countingConnections } from '#test/support/neighbours/connections';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { ours } from './clients.ts';
import { grpcio } from './servers/servers.ts';
import { WorkFile } from './work-file.ts';

// Run by `npm run test:neighbours -- grpc --stock-keepalive` alone.

const minutes = Number(process.env['NEIGHBOURS_QUIET_MINUTES'] ?? 15);
const { watchOrder, batchGetOrders } = orders.OrdersServiceService;

jest.setTimeout((minutes + 1) * 60_000);

const atEnd = endedAfterEach();

/** A stream on which nothing comes, and then one call. @returns what became of the stream, and when */
async function quiet(address: string): Promise<{ outcome: string; seconds: number }> {
  const client = ours([address]);
  atEnd(() => client.close());
  const startedAt = performance.now();
  const stream = await client.stream(watchOrder, { id: 'quiet', afterSequence: 0 });
  const reading = (async () => {
    for await (const _ of stream);
    return 'ended';
  })().catch((error: unknown) => `broke: ${String(error)}`);
  const outcome = await Promise.race([reading, wait(minutes * 60_000, 'lives')]);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  stream.close();
  await client.unary(batchGetOrders, { ids: ['o1'] });
  return { outcome, seconds };
}

it('keeps a quiet stream and its connection before a server with its keepalive defaults', async () => {
  const work = new WorkFile();
  atEnd(() => work.remove());
  const shop = await grpcio({ work: work.path });
  atEnd(() => shop.end());
  const { result, connections } = await countingConnections(shop.port, () => quiet(shop.address));
  const isMet = result.outcome === 'lives' && connections === 1;
  const report = `# A quiet stream before a server with its keepalive defaults

${new Date().toISOString()}, \`npm run test:neighbours -- grpc --stock-keepalive\`, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}.
C core takes a ping each 5 minutes; the third that comes too soon ends the connection.

| server | quiet for | the stream | connections | met |
| --- | --- | --- | --- | --- |
| ${shop.version} | ${result.seconds} s of ${minutes * 60} s | ${result.outcome} | ${connections} | ${isMet ? 'yes' : '**no**'} |
`;
  process.stdout.write(report);
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${new Date().toISOString().slice(0, 10)}-grpc-keepalive.md`, report);
  expect([result.outcome, connections]).toEqual(['lives', 1]);
});
