import { beforeEach, expect, it, jest } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import { grpcio, nginx } from '#test/support/neighbours/programs';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { nginxWith } from './proxies.ts';
import { expectUnharmed, inTurn, PRESSING_ON } from './scenario.ts';
import { grpcio as startGrpcio, type Shop } from './servers/servers.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(120_000);

describeWith([nginx, grpcio], 'nginx before grpcio', () => {
  const atEnd = endedAfterEach();
  let work: WorkFile;
  let shop: Shop;

  beforeEach(async () => {
    work = new WorkFile();
    atEnd(() => work.remove());
    shop = await startGrpcio({ work: work.path });
    atEnd(() => shop.end());
  });

  const before = async (directives: string) => {
    const proxy = await nginxWith(directives)(shop.address);
    atEnd(() => proxy.close());
    return proxy;
  };

  it.each([
    ['all defaults (a GOAWAY every 1,000 requests)', ''],
    ['keepalive_requests 5', 'keepalive_requests 5;'],
    ['http2_max_concurrent_streams 1', 'http2_max_concurrent_streams 1;'],
    ['http2_max_concurrent_streams 5', 'http2_max_concurrent_streams 5;'],
  ])('loses no call with %s', async (what, directives) => {
    const { port } = await before(directives);
    const outcome = await inTurn({ scenario: `nginx, ${what}`, port, work }, PRESSING_ON);
    expectUnharmed(outcome, work);
    // The proxy has ended connections, or allowed too few streams on one.
    for (const { connections } of [outcome.ours, outcome.wire]) expect(connections).toBeGreaterThan(1);
  });
});
