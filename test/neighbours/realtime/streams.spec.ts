import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Follower } from '#test/support/follower';
import { describeWith } from '#test/support/neighbours/describe-with';
import { RealShop } from '#test/support/real-shop';
import { ClientPrograms } from './client-program.ts';
import { RequestLog } from './request-log.ts';
import { STREAM_CLIENTS, type StreamClient } from './stream-clients.ts';

jest.setTimeout(60_000);

/** The time between moves of an order, in milliseconds: all clients have begun before the last one. */
const STEP_MS = 3_000;
const MAX_STREAMS = 15;
const ALL = ['1', '2', '3', '4', '5'];

const installed = STREAM_CLIENTS.filter(({ program }) => program.version() !== undefined);
let shop: RealShop;
const programs = new ClientPrograms();
const logs: RequestLog[] = [];
const held: Follower[] = [];
beforeAll(async () => {
  for (const { command } of installed) if (command[0] === 'go') programs.built(command.at(-1)!);
  // A drain would answer 503 to those that come back soon, and some stop there.
  const limits = async () => ({
    STREAM_HEARTBEAT_MS: '1000',
    MAX_STREAMS: `${MAX_STREAMS}`,
    MAX_STREAMS_PER_CALLER: '1',
    DRAIN_MS: '0',
  });
  shop = await RealShop.open(limits, { ORDER_STEP_MS: `${STEP_MS}` });
});
afterEach(async () => {
  await programs.stop();
  for (const one of held.splice(0)) one.close();
  for (const log of logs.splice(0)) log.close();
});
afterAll(async () => {
  programs.remove();
  await shop?.close();
});

const tokenOf = ({ authorization }: { authorization: string }) => authorization.replace('Bearer ', '');

/** Starts a client of a path, for a caller. */
async function follow(client: StreamClient, path: string, caller: { authorization: string }) {
  const log = await RequestLog.open(shop.url);
  logs.push(log);
  const environment = { URL: log.url + path, TOKEN: tokenOf(caller) };
  return { client, log, program: programs.start(client.command, environment) };
}

async function placedBy(userId: string): Promise<string> {
  const headers = { 'content-type': 'application/json', ...shop.access.of(userId) };
  const body = JSON.stringify({ lines: [{ productId: 'p1', quantity: 1 }] });
  const answer = await fetch(`${shop.url}/v1/orders`, { method: 'POST', headers, body });
  return `/v1/orders/${((await answer.json()) as { id: string }).id}/events`;
}

const everyProgram = STREAM_CLIENTS.map(({ program }) => program);

describeWith(everyProgram, 'clients of server-sent events', () => {
  it('see each change of an order once, though the gateway restarts, and hear that no more follow', async () => {
    const all = await Promise.all(
      STREAM_CLIENTS.map(async (client, n) => {
        const userId = `reader-${n}`;
        return follow(client, await placedBy(userId), shop.access.of(userId));
      }),
    );
    const each = (isSo: (one: (typeof all)[number]) => boolean) =>
      Promise.all(all.map((one) => one.program.until(() => isSo(one))));
    await each(({ program }) => program.all('status').length > 0);
    await shop.gateway.end('SIGTERM');
    await each(({ program }) => program.all('shutdown').length > 0);
    await shop.restartGateway();
    await each(({ program }) => program.all('end').length > 0);
    expect(all.map(({ client, program }) => [client.name, program.all('status')])).toEqual(
      all.map(({ client }) => [client.name, ALL]),
    );
    // All of them come back, for the answer that no more follow.
    await each(({ client, log, program }) => {
      return client.retriesAt.includes(204) ? log.answered(204) > 1 : program.all('stopped').length > 0;
    });
    for (const { log } of all) expect(log.requests.at(-1)).toEqual({ status: 204, lastEventId: '5' });
  });
});

/** Holds a stream of each caller. */
async function hold(...userIds: string[]): Promise<void> {
  const tokens = userIds.map((userId) => tokenOf(shop.access.of(userId)));
  held.push(...(await Promise.all(tokens.map((token) => Follower.open(`${shop.url}/v1/events/clock`, token)))));
}

/** What a client of a refused stream has heard, and whether it retries. */
async function heard(client: StreamClient, status: number, caller: { authorization: string }) {
  const { log, program } = await follow(client, '/v1/events', caller);
  await program.until(() => log.answered(status) > 1 || program.all('stopped').length > 0);
  return [program.all('refused')[0], log.answered(status) > 1];
}

describe('a refusal of a stream', () => {
  for (const client of installed) {
    it(`is heard by ${client.name}, which retries or does not`, async () => {
      const { access } = shop;
      await hold('holder-0');
      const seen = await Promise.all([
        heard(client, 401, access.expired('u1')),
        heard(client, 403, access.of('u1', 'profile:read')),
        heard(client, 429, access.of('holder-0')),
      ]);
      await hold(...Array.from({ length: MAX_STREAMS - 1 }, (_, n) => `holder-${n + 1}`));
      seen.push(await heard(client, 503, access.of('u1')));
      expect(seen).toEqual([401, 403, 429, 503].map((status) => [status, client.retriesAt.includes(status)]));
    });
  }
});
