import { setTimeout as wait } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { orders } from '#libs/contracts';
import { note } from '#test/support/neighbours/figures';
import { allClients, isGrpcJs } from './clients.ts';
import { CALLERS, load, type Load, type LoadResult } from './load.ts';
import type { NeighbourClient } from './neighbour-client.ts';
import type { WorkFile } from './work-file.ts';

const isFull = !!process.env['NEIGHBOURS_ALL'];

/** As hard as 40 callers can press. */
export const PRESSING: Load = { calls: isFull ? 3_200 : 800 };

/** Past the 1,000 requests that nginx takes on a connection by default. */
export const PRESSING_ON: Load = { calls: isFull ? 3_200 : 1_200 };

/**
 * Long enough for an outage in its middle. A call may take no longer than a try of ours may by default, so that all clients
 * wait equally long.
 */
const STEADY = { calls: isFull ? 3_200 : 640, everyMs: 300, timeoutMs: 1_500 };

/** When in a steady load the outage begins, in milliseconds. */
const OUTAGE_AFTER_MS = 800;

/**
 * How long what is down stays so before it is started again, in milliseconds: past the second try of grpc-js to connect (after
 * 0.8 to 1.2 s), and before its third (2.1 s at the earliest), so that chance does not decide who loses more.
 */
const OUTAGE_MS = 1_200;

/**
 * A call of each client begins every 7.5 ms of a steady load, at the same times. Which of those of 30 ms are under way when
 * something goes down is chance, and so is which of them HAProxy refuses, of which writes without a key are not sent again.
 */
const BY_CHANCE = 4;

/**
 * How many calls begin until a service behind a proxy that was never away is probed: in a period of a breaker (`openMs`, 200 ms),
 * and until a call of one of the six methods comes.
 */
const WHILE_PROBED = (CALLERS * 200) / STEADY.everyMs + 6;

/** Where a scenario takes place. */
export interface Stage {
  /** For the table: `nginx, defaults`. */
  scenario: string;
  /** What the clients call. */
  port: number;
  work: WorkFile;
}

/** What came of a scenario, by client. */
export interface Outcome {
  ours: LoadResult;
  wire: LoadResult;
  'grpc-js': LoadResult;
  /** Breakers of ours that are open, or have been. */
  tripped: string[];
}

/** Puts the same load on a path with every client, one after the other. */
export async function inTurn(stage: Stage, amount: Load): Promise<Outcome> {
  const outcome = { tripped: [] as string[] } as Outcome;
  for (const client of allClients(`127.0.0.1:${stage.port}`)) {
    outcome[client.name] = await load(client, stage.port, amount);
    outcome.tripped.push(...client.trippedBreakers());
    await client.close();
  }
  noted(stage, outcome);
  return outcome;
}

/** Loads a path with every client at once, so that all meet the same outage. */
export async function duringOutage(
  stage: Stage,
  { down, up }: { down(): Promise<unknown>; up(): Promise<unknown> },
): Promise<Outcome> {
  const outcome = { tripped: [] as string[] } as Outcome;
  const clients = allClients(`127.0.0.1:${stage.port}`);
  const startedAt = performance.now();
  const loads = clients.map(async (client) => {
    outcome[client.name] = await load(client, stage.port, STEADY, startedAt);
  });
  const outage = async () => {
    await wait(OUTAGE_AFTER_MS);
    await down();
    await wait(OUTAGE_MS);
    await up();
  };
  await Promise.all([...loads, outage()]);
  await Promise.all(clients.map(untilAnswered));
  await Promise.all(clients.map((client) => client.close()));
  // Counted for all of them together.
  for (const client of clients) delete outcome[client.name].connections;
  noted(stage, outcome);
  return outcome;
}

/** Resolves once a call is answered again. @throws {CallFailed} where that takes more than 10 s */
export async function untilAnswered(client: NeighbourClient): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  for (;;) {
    try {
      await client.unary(orders.OrdersServiceService.batchGetOrders, { ids: ['o1'] });
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await wait(50);
    }
  }
}

/** Whatever failed: what was answered is right, and no work was done twice. */
function expectRight({ ours, wire }: Outcome, work: WorkFile): void {
  for (const { client, wrong, written } of [ours, wire]) {
    expect([client, 'wrong', wrong]).toEqual([client, 'wrong', []]);
    expect([client, 'twice', work.twice(client)]).toEqual([client, 'twice', []]);
    expect([client, 'undone', work.undone(written)]).toEqual([client, 'undone', []]);
  }
}

/**
 * Nothing was down: no call of ours fails, and no breaker has opened. grpc-js does not tell a stream above the last id of a
 * GOAWAY from one that HAProxy refuses at work, so that over it writes without a key may fail, and others no
 * oftener than grpc-js's.
 */
export function expectUnharmed(outcome: Outcome, work: WorkFile): void {
  expectRight(outcome, work);
  for (const { client, failures, unkeyed, failedAs } of [outcome.ours, outcome.wire]) {
    const isHarmed = isGrpcJs ? failures - unkeyed > outcome['grpc-js'].failures : failures > 0;
    expect({ client, failedAs, isHarmed }).toEqual({ client, failedAs, isHarmed: false });
  }
  if (!isGrpcJs) expect(outcome.tripped).toEqual([]);
}

/**
 * Something was down: no more calls of ours fail than of grpc-js.
 * @param isProxied whether the proxy before it stayed up, so that no connection says that it is back: a breaker finds out by a probe
 */
export function expectNoWorse(outcome: Outcome, work: WorkFile, isProxied = false): void {
  expectRight(outcome, work);
  const max = outcome['grpc-js'].failures + BY_CHANCE;
  for (const { client, failures, failedAs } of [outcome.ours, outcome.wire]) {
    const isNoWorse = failures <= max + (isProxied && client === 'ours' ? WHILE_PROBED : 0);
    expect({ client, failedAs, isNoWorse }).toEqual({ client, failedAs, isNoWorse: true });
  }
}

function noted({ scenario }: Stage, { ours, wire, 'grpc-js': stock }: Outcome): void {
  for (const { written: _, wrong: __, unkeyed: ___, ...figures } of [ours, wire, stock])
    note({ scenario, ...figures });
}
