/** @alone It holds calls under load to times. */
import { beforeAll, expect, it, jest } from '@jest/globals';
import { orders, products, readStatusDetails } from '#libs/contracts';
import { status as Status } from '@grpc/grpc-js';
import { endedAfterAll, endedAfterEach } from '#test/support/neighbours/cleanups';
import { allClients, ours, wire } from './clients.ts';
import type { CallFailed, NeighbourClient } from './neighbour-client.ts';
import { rawCall } from './raw-call.ts';
import { expectUnharmed, inTurn, PRESSING } from './scenario.ts';
import { describeMakes } from './servers/makes.ts';
import type { ServerFlags } from './servers/servers.ts';
import { expected } from './shop-answers.ts';
import { WorkFile } from './work-file.ts';

jest.setTimeout(60_000);

const { OrdersServiceService: rpc } = orders;
const { ProductsServiceService: productsRpc } = products;

/** Each gives details that need another amount of padding in base64. */
/** More than any server takes by default, in bytes. */
const TOO_LARGE = 5 * 1024 * 1024;
/** What megabytes may take on a busy machine, in milliseconds. */
const LARGE_TIMEOUT_MS = 20_000;

const REASON_LENGTHS = [19, 20, 21];

describeMakes(({ make, start, isPadded, hasHealth, minAgeMs }) => {
  const atEnd = endedAfterEach();
  const atLast = endedAfterAll();
  let work: WorkFile;
  /** Where one listens that has all its defaults. */
  let address: string;

  beforeAll(async () => {
    work = new WorkFile();
    atLast(() => work.remove());
    const shop = await start({ work: work.path });
    atLast(() => shop.end());
    ({ address } = shop);
  });

  const started = async (flags: Partial<ServerFlags>) => {
    const shop = await start({ work: work.path, ...flags });
    atEnd(() => shop.end());
    return shop;
  };

  const clientsOf = (at = address) => {
    const clients = allClients(at);
    atEnd(() => Promise.all(clients.map((client) => client.close())));
    return clients;
  };

  const failureOf = (client: NeighbourClient, id: string, timeoutMs?: number): Promise<CallFailed | undefined> =>
    client.unary(rpc.batchGetOrders, { ids: [id] }, { timeoutMs }).then(
      () => undefined,
      (error: CallFailed) => error,
    );

  it.each(Array.from({ length: 17 }, (_, status) => status))(
    'says status %d with its message in Unicode as grpc-js hears it',
    async (status) => {
      const [our, bare, stock] = await Promise.all(
        clientsOf().map((client) => failureOf(client, `status-${status}`)),
      );
      const words = status ? { status, details: `Größe № ${status}: 100 %, 日本 ✓` } : undefined;
      const heard = [stock, our, bare].map((one) => one && { status: one.status, details: one.details });
      expect(heard).toEqual([words, words, words]);
    },
  );

  it(`gives details, ${isPadded ? 'padded' : 'not padded'}`, async () => {
    const raw = await Promise.all(
      REASON_LENGTHS.map(async (length) => {
        const { last } = await rawCall(address, rpc.batchGetOrders, { ids: [`details-${length}`] });
        return String(last['grpc-status-details-bin']);
      }),
    );
    expect(raw.filter((text) => text.endsWith('='))).toHaveLength(isPadded ? 2 : 0);
    for (const client of clientsOf()) {
      const failures = await Promise.all(REASON_LENGTHS.map((length) => failureOf(client, `details-${length}`)));
      const heard = failures.map((one) => [one?.status, one?.details, readStatusDetails(one?.metadata)]);
      const right = REASON_LENGTHS.map((length) => {
        const reason = 'R'.repeat(length);
        return [Status.FAILED_PRECONDITION, 'with details', { reason, domain: 'shop', metadata: {} }];
      });
      expect([client.name, heard]).toEqual([client.name, right]);
    }
  });

  it('is left at the deadline while it works on', async () => {
    for (const client of clientsOf()) {
      await failureOf(client, 'sleep-0');
      const startedAt = performance.now();
      const failure = await failureOf(client, 'sleep-5000', 300);
      expect([client.name, failure?.status]).toEqual([client.name, Status.DEADLINE_EXCEEDED]);
      expect(performance.now() - startedAt).toBeLessThan(2_500);
    }
  });

  it('ends connections of a certain age: no call is lost', async () => {
    const { port } = await started({ maxConnectionAgeMs: minAgeMs, maxConnectionAgeGraceMs: 5_000 });
    const outcome = await inTurn(
      { scenario: `${make}, connection age ${minAgeMs} ms`, port, work },
      { ...PRESSING, everyMs: 0.15 * minAgeMs },
    );
    expectUnharmed(outcome, work);
    expect(outcome.wire.connections).toBeGreaterThan(1);
  });

  it.each(hasHealth ? [false, true] : [false])('is ready; that it has a health service is %s', async (health) => {
    const shop = await started({ health });
    for (const client of [ours([shop.address]), wire([shop.address])]) {
      atEnd(() => client.close());
      expect(await client.isReady()).toBe(true);
    }
  });

  // grpc-java ends the stream without saying why, in one of several ways.
  if (make !== 'grpc-java') {
    it('refuses a request that is too large for it, and says so', async () => {
      const [, ...withoutRetries] = clientsOf();
      for (const client of withoutRetries) {
        const failure = await failureOf(client, 'x'.repeat(TOO_LARGE), LARGE_TIMEOUT_MS);
        const code = client.name === 'wire' ? 'UPSTREAM_BAD_RESPONSE' : Status.RESOURCE_EXHAUSTED;
        expect(failure).toMatchObject({ status: Status.RESOURCE_EXHAUSTED, cause: { code } });
        expect(await failureOf(client, 'o1')).toBeUndefined();
      }
    });
  }

  it('gives answers of 5 MB; of larger ones than 10 MiB nothing is kept', async () => {
    const [, client] = clientsOf();
    const answered = (id: string) =>
      client.unary(productsRpc.batchGetProducts, { ids: [id] }, { timeoutMs: LARGE_TIMEOUT_MS });
    expect(await answered('large-20000')).toEqual({ products: [expected.product('large-20000')] });
    await expect(answered('large-45000')).rejects.toMatchObject({
      status: Status.RESOURCE_EXHAUSTED,
      cause: { code: 'UPSTREAM_BAD_RESPONSE' },
    });
  });

  it('streams although its first message comes after 2.5 s', async () => {
    const watched = clientsOf().map(async (client) => {
      const moves: number[] = [];
      const stream = await client.stream(rpc.watchOrder, { id: 'late-2500', afterSequence: 0 });
      for await (const { sequence } of stream) moves.push(sequence);
      return [client.name, moves];
    });
    expect(await Promise.allSettled(watched)).toEqual(
      ['ours', 'wire', 'grpc-js'].map((name) => ({ status: 'fulfilled', value: [name, [1]] })),
    );
  });

  if (make === 'grpcio' || make === 'grpc++') {
    it.each(['gzip', 'deflate'] as const)(
      'compresses its answers although nothing was offered, by %s: they are read',
      async (compression) => {
        const shop = await started({ compression });
        for (const client of clientsOf(shop.address)) {
          const answer = await client.unary(productsRpc.batchGetProducts, { ids: ['p1', 'large-40'] });
          expect(answer).toEqual({ products: [expected.product('p1'), expected.product('large-40')] });
        }
      },
    );
  }
});
