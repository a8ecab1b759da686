/** @full More languages: `clients.spec` holds those of the web. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '#test/support/neighbours/describe-with';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CLIENTS, COMMON, type Program, READERS, type Seen } from './languages/languages.ts';
import { ShopOfLanguages } from './languages/shop-of-languages.ts';

jest.setTimeout(60_000);

const FOLDER = resolve('test/neighbours/graphql/languages');
const run = promisify(execFile);

let shop: ShopOfLanguages;
beforeAll(async () => {
  shop = await ShopOfLanguages.open();
});
afterAll(() => shop?.close());

/** Runs a program. @throws {Error} with what it writes to standard error, if it fails */
async function seenBy({ command: [name, ...args] }: Program): Promise<Seen> {
  const command = [...args.slice(0, -1), resolve(FOLDER, args.at(-1)!)];
  const { stdout } = await run(name, command, { cwd: shop.work(), env: shop.environment });
  return JSON.parse(stdout) as Seen;
}

describe('GraphQL in other languages', () => {
  for (const client of CLIENTS) {
    describeWith([client.library], client.library.name, () => {
      it('does what people do with it', async () => {
        const { limited, ...seen } = await seenBy(client);
        const { limited: expected, ...others } = { ...COMMON, ...client.sees };
        expect(seen).toEqual(others);
        // The message ends with the seconds to wait.
        expect(limited).toContain(expected);
      });
    });
  }

  for (const reader of READERS) {
    describeWith([reader.library], reader.library.name, () => {
      it('reads the schema, and the operations of the front ends', async () => {
        expect(await seenBy(reader)).toEqual(reader.sees);
      });
    });
  }

  it('are answered without an error of the gateway', () => {
    expect(shop.complaints).toEqual([]);
  });
});
