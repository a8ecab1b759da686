import { build } from 'esbuild';

/** What the script of the client sets: its functions are members of `sdk`. */
export type Sdk = typeof import('#clients/sdk/src/index');

/** The client as a script of a page. */
export async function clientScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['clients/sdk/src/index.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'sdk',
    target: 'es2022',
    footer: { js: 'globalThis.sdk = sdk;' },
  });
  return outputFiles[0]!.text;
}
