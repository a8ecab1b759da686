import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { readDocuments } from './documents.ts';
import { restOperations } from './rest.ts';

const MAX_CORE_BYTES = 12_000;
/** What an app has that reads one page. */
const MAX_PAGE_BYTES = 4_000;
/** Everything that is not an operation: calls, both kinds of login, streams, trusted operations, pages. */
const CORE = 'createClient, bearer, cookies, loginUrl, eachItem, eachPage, unwrap, isComplete, ClientError';

/** What a bundler makes of an app that imports these names. */
async function bundled(names: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from './clients/sdk/src/index.ts';`, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  return outputFiles[0]!.text;
}

const kept = (text: string): string[] => {
  const paths = restOperations(readDocuments('.')).map(({ path }) => path);
  return [...new Set(paths)].filter((path) => text.includes(`"${path}"`) || text.includes(`'${path}'`)).sort();
};

describe('the client in the bundle of an app', () => {
  it('has a core of at most 12 kB, compressed', async () => {
    const core = await bundled(`${CORE}, getHome, followOrder, webHome`);
    expect(gzipSync(core).length).toBeLessThanOrEqual(MAX_CORE_BYTES);
    expect(kept(core)).toEqual(['/v1/auth/refresh', '/v1/home', '/v1/orders/{id}/events']);
  });

  it('has the operations that the app imports, and no others', async () => {
    expect(kept(await bundled('createClient, getHome'))).toEqual(['/v1/home']);
    expect(await bundled('createClient, getHome')).not.toContain('sha256');
    expect(await bundled('createClient, webHome')).not.toContain('mobile/home');
  });

  it('has no keys and no subscriptions, unless the app imports them', async () => {
    const marks = { dpop: 'dpop+jwt', indexedDbKeys: 'onupgradeneeded', apiKey: 'x-api-key' };
    const core = await bundled(`${CORE}, getHome, followOrder, webHome`);
    for (const [name, mark] of Object.entries(marks)) {
      expect(core).not.toContain(mark);
      expect(await bundled(name)).toContain(mark);
    }
    const all = await bundled(
      `${CORE}, getHome, followOrder, webHome, mobileOrderStatus, ${Object.keys(marks).join()}`,
    );
    expect(gzipSync(all).length).toBeLessThanOrEqual(MAX_CORE_BYTES);
    expect(gzipSync(await bundled('createClient, getHome')).length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
  });
});
