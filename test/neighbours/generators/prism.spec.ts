/** @full It sends the traffic of many specs through Prism, for minutes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import type { Exchange } from '#test/support/neighbours/traffic/exchange';
import { prismDocument } from '#test/support/neighbours/traffic/prism-document';
import { PrismProcess } from '#test/support/neighbours/traffic/prism-process';
import { recordedUpstream, replayed } from '#test/support/neighbours/traffic/replay';
import { isOfApi, isOfGateway, operatorsPorts, skipOf } from '#test/support/neighbours/traffic/skips';
import { DeclaredAnswers } from '#test/support/neighbours/traffic/undeclared';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { prism, prismPackages } from './programs.ts';

jest.setTimeout(1_200_000);

/** The suites of test/features whose traffic is replayed: those of one gateway that clients of REST and GraphQL talk to. */
const SUITES =
  'access-matrix|api-keys|assistant|bad-input|browser-login|browser-session|caching|caching-query|caching-writes|' +
  'compression|cors|dpop|edge|freshness|front-page|graphql-over-http|guessing|head|home|idempotency|jobs|limits|' +
  'lying-upstream|manners|node|open-contracts|orders|orders-export|partial-answers|persisted-operations|' +
  'personal-files|product-import|progressive-home|response-paths|sessions|streams|streams-guards|streams-polled|' +
  'uploads-resumable|uploads-tus|upstream-refusals|upstreams';
const LEAST_SHARE = 0.9;
const AT_ONCE = 4;

describeWith([prism], 'Prism, as a validating proxy in front of the traffic of test/features', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-prism-'));
  const traffic = join(folder, 'traffic.ndjson');
  const document = join(folder, 'openapi.json');
  let exchanges: Exchange[];
  let ofApi: [number: number, exchange: Exchange][];
  let upstream: Server;
  let proxy: PrismProcess;

  beforeAll(async () => {
    await record(traffic);
    exchanges = readFileSync(traffic, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Exchange)
      .filter(isOfGateway);
    const operators = operatorsPorts(exchanges);
    ofApi = [...exchanges.entries()].filter(([, exchange]) => isOfApi(exchange, operators));
    writeFileSync(document, JSON.stringify(prismDocument(readFileSync('openapi.3.2.json', 'utf8'))));
    const { url, server } = await recordedUpstream(exchanges);
    upstream = server;
    const command = join(prismPackages.path, 'node_modules/@stoplight/prism-cli/dist/index.js');
    proxy = await PrismProcess.start(command, document, url);
  });
  afterAll(async () => {
    await proxy?.end();
    upstream?.closeAllConnections();
    upstream?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds no violation, and nine in ten of the requests went through it', async () => {
    const skipped = new Map<string, number>();
    const violations = new Set<string>();
    const waiting = ofApi.filter(([, exchange]) => {
      const reason = skipOf(exchange);
      if (reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
      return reason === undefined;
    });
    const count = waiting.length;
    const replay = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const [number, exchange] = next;
        for (const { location, message } of await replayed(proxy.url, exchange, number)) {
          // What was refused need not be valid.
          if (location[0] === 'request' && exchange.status >= 400) continue;
          violations.add(
            `${exchange.method} ${exchange.url} ${exchange.status} ${location.join('.')}: ${message}`,
          );
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, replay));

    const share = count / ofApi.length;
    const reasons = [...skipped].sort(([, one], [, other]) => other - one);
    process.stdout.write(
      `Prism: ${count} of ${ofApi.length} exchanges of the API went through (${(share * 100).toFixed(1)} %); skipped:\n` +
        reasons.map(([reason, times]) => `${String(times).padStart(6)}  ${reason}\n`).join(''),
    );
    expect([...violations]).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(LEAST_SHARE);
  });

  it.each(['openapi.json', 'openapi.3.2.json'])(
    'every header of an answer is declared for its status in %s',
    (file) => {
      const declared = new DeclaredAnswers(JSON.parse(readFileSync(file, 'utf8')));
      const undeclared = new Set<string>();
      let count = 0;
      for (const [, exchange] of ofApi) {
        const names = declared.undeclaredHeaders(exchange);
        if (names) count += 1;
        for (const name of names ?? [])
          undeclared.add(`${exchange.method} ${exchange.url.split('?')[0]} ${exchange.status}: ${name}`);
      }
      expect([...undeclared]).toEqual([]);
      expect(count / ofApi.length).toBeGreaterThanOrEqual(LEAST_SHARE);
    },
  );
});

/** Runs the suites, and writes every exchange of their servers to a file. */
async function record(file: string): Promise<void> {
  const recorder = './test/support/neighbours/traffic/record.ts';
  const node = ['-C', 'atrium', '--experimental-vm-modules', '--no-warnings', '--import', recorder];
  const jest = ['node_modules/jest/bin/jest.js', `test/features/(${SUITES}).spec`, '-i', '--testTimeout', '60000'];
  const child = spawn(process.execPath, [...node, ...jest], {
    env: { ...process.env, RECORD_TRAFFIC: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = outputOf(child);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The suites failed:\n${output.text().slice(-5_000)}`);
}
