import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { trustedOperationsIn } from '#gateway/transports/graphql/documents/trusted-operations';
import { buildSchema } from 'graphql';

/** What is built, as nest-cli.json says it to `nest build` too. */
interface BuildOptions {
  filenames: string[];
  outDir: string;
  /** What runs only in tests stays out of the build. */
  ignore: string[];
}

/**
 * Compiles the gateway, the services and the libs into an empty `dist`, with the contracts they read at run time.
 * @throws when an operation of a client does not fit the schema, or a source cannot be compiled; the compiler has told
 *   why on standard error
 */
export async function build(): Promise<void> {
  // What clients ask for is checked before anything is made of it.
  trustedOperationsIn('clients', buildSchema(readFileSync('schema.graphql', 'utf8')));
  const { compilerOptions } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
  const { filenames, outDir, ignore }: BuildOptions = compilerOptions.builder.options;
  const swc = createRequire(import.meta.url).resolve('@swc/cli/bin/swc.js');
  const options = [
    '--out-dir',
    outDir,
    '--delete-dir-on-start',
    '--copy-files',
    '--quiet',
    '--ignore',
    ignore.join(','),
  ];
  const compiler = spawn(process.execPath, [swc, ...filenames, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [exitCode] = await once(compiler, 'exit');
  if (exitCode !== 0) throw new Error(`The build failed (exit code ${exitCode}).`);
}
