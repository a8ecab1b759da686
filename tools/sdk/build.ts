import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const COMPILER = 'node_modules/@typescript/native/bin/tsc';
const KINDS = [
  ['esm', 'module', 'esnext'],
  ['cjs', 'commonjs', 'commonjs'],
] as const;

/**
 * Compiles the client below `folder` twice, as ES modules and as CommonJS, each with types of its own: one set for both
 * would tell TypeScript the wrong kind of module.
 * @throws {Error} with what the compiler says
 */
export function buildClient(folder: string): void {
  for (const [name, type, module] of KINDS) {
    const target = join(folder, 'dist', name);
    rmSync(target, { recursive: true, force: true });
    const args = [resolve(COMPILER), '-p', folder, '--outDir', target, '--module', module];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${folder} does not compile as ${name}:\n${stdout}`);
    writeFileSync(join(target, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
    // The compiler leaves the names of sources in declarations.
    for (const file of globSync('**/*.d.ts', { cwd: target })) {
      const text = readFileSync(join(target, file), 'utf8');
      writeFileSync(join(target, file), text.replace(/(from |import\()(['"]\.[^'"]+)\.ts(['"])/g, '$1$2.js$3'));
    }
  }
}
