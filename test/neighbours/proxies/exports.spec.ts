import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { describeWith } from '#test/support/neighbours/describe-with';
import { aWireOrder, type UpstreamExport } from '#test/support/export-shop';
import { QUICK } from './all.ts';
import { endless, ProxiedExports, takes, type Version, VERSIONS } from './proxied-exports.ts';

jest.setTimeout(60_000);

const TYPES = { CSV: 'text/csv', NDJSON: 'application/x-ndjson', JSON: 'application/json' };
const BATCHES = 100;
const BATCH = 100;
/**
 * With which versions clients of a proxy see that a file without an end record is not whole: docs/exports.md has the table. To
 * clients of HTTP/1.0 all of them close the connection as after a whole answer.
 */
const VISIBLE: Record<string, readonly Version[]> = {
  nginx: ['HTTP/1.1', 'HTTP/2'],
  HAProxy: ['HTTP/1.1'],
  Varnish: ['HTTP/1.1'],
  Squid: ['HTTP/1.1'],
  Apache: ['HTTP/1.1', 'HTTP/2'],
  Caddy: [],
};
/** What may be under way to a client that reads nothing: buffers of the sockets and programs between. */
const MAX_AHEAD = 150_000;

const tenThousand = (upstream: UpstreamExport) => {
  for (let at = 0; at < BATCHES; at += 1)
    upstream.send(...Array.from({ length: BATCH }, (_, n) => aWireOrder(at * BATCH + n)));
  upstream.end();
};

for (const deployed of QUICK) {
  describeWith([deployed.program], `exports through ${deployed.name}`, () => {
    const versions = (Object.keys(VERSIONS) as Version[]).filter((version) => takes(deployed, version));
    describe.each(versions)('over %s', (version) => {
      let exports: ProxiedExports;
      beforeAll(async () => void (exports = await ProxiedExports.open(deployed, version)));
      afterAll(() => exports?.close());

      it('are complete in each format', async () => {
        exports.shop.answer = tenThousand;
        const rows = BATCHES * BATCH;
        const whole = await exports.download(version, TYPES.CSV);
        expect([whole.exitCode, whole.text.trimEnd().split('\r\n').length]).toEqual([0, rows + 1]);
        const lines = await exports.download(version, TYPES.NDJSON);
        expect(JSON.parse(lines.text.trimEnd().split('\n').at(-1)!)).toMatchObject({ end: true, rows });
        const array = await exports.download(version, TYPES.JSON);
        expect([array.exitCode, (JSON.parse(array.text) as unknown[]).length]).toEqual([0, rows]);
      });

      it.each(Object.entries(TYPES))('as %s show that the service broke midway', async (format, accept) => {
        const called = Promise.withResolvers<UpstreamExport>();
        exports.shop.answer = (upstream) => {
          upstream.send(aWireOrder(2), aWireOrder(1));
          called.resolve(upstream);
        };
        const { exitCode, text } = await exports.download(version, accept, () => {
          void called.promise.then((upstream) => upstream.kill());
        });
        expect(text).toContain('o1');
        if (format === 'NDJSON') {
          const last = JSON.parse(text.trimEnd().split('\n').at(-1)!) as object;
          expect([exitCode, last]).toMatchObject([0, { end: false, rows: 2, error: { status: 502 } }]);
        } else {
          if (VISIBLE[deployed.name]!.includes(version)) expect([18, 56, 92]).toContain(exitCode);
          if (format === 'JSON') expect(() => JSON.parse(text)).toThrow(SyntaxError);
        }
      });

      // Varnish 7.1 stores all of an answer that it streams.
      if (version !== 'HTTP/1.1' || deployed.name === 'Varnish') return;
      it('stop where the client reads nothing, and end with it', async () => {
        const called = Promise.withResolvers<UpstreamExport>();
        exports.shop.answer = called.resolve;
        const client = exports.stall(TYPES.NDJSON);
        const upstream = await called.promise;
        const gone = new Promise((resolve) => upstream.stream.once('close', resolve));
        const sent = endless(upstream);
        let before = -1;
        while (before < sent()) {
          before = sent();
          await wait(1_000);
        }
        expect(before).toBeLessThan(MAX_AHEAD);
        client.destroy();
        await gone;
      });
    });
  });
}
