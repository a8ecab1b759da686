/** @full One more language: `package.spec` holds what its client is generated from. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '#test/support/neighbours/describe-with';
import { GSON, kotlin } from '#test/support/neighbours/programs';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

jest.setTimeout(240_000);

const run = promisify(execFile);
const [, example] = /^```kotlin\n([^]*?)^```/m.exec(readFileSync('docs/guides/use-it-from.md', 'utf8'))!;

describeWith([kotlin], 'the example in Kotlin', () => {
  let folder: string;
  let shop: Shop;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atrium-kotlin-'));
    shop = await Shop.open({ REQUEST_TIMEOUT_MS: '30000' });
  });
  afterAll(async () => {
    await shop?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is compiled, logs in, shows the home page, orders and follows the order', async () => {
    const [source, program] = [join(folder, 'Shop.kt'), join(folder, 'shop.jar')];
    await writeFile(source, example!);
    await run('kotlinc', ['-jvm-target', '1.8', '-cp', GSON, source, '-include-runtime', '-d', program]);
    const given = [shop.gateway.url, 'ada@example.com', 'analytical-engine'];
    const { stdout } = await run('java', ['-cp', `${program}:${GSON}`, 'ShopKt', ...given]);
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, 2)).toEqual(['user Ada Lovelace', 'order PLACED']);
    expect(JSON.parse(lines[2]!.replace('event ', ''))).toMatchObject({ status: expect.any(String) });
    await expect(
      run('java', ['-cp', `${program}:${GSON}`, 'ShopKt', given[0]!, given[1]!, 'wrong']),
    ).rejects.toThrow(/UNAUTHENTICATED/);
  });
});
