// Lets Node run the TypeScript sources with decorators, without a build: node -C atrium --import ./tools/swc-register.mjs
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What was compiled, a file for each source: reading it costs a fraction of compiling, and of loading the compiler. */
const CACHE = join(ROOT, 'node_modules/.cache/swc-register');

/** The text of a file; undefined if it cannot be read. */
const textOf = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
const digestOf = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');

/** What the result depends on besides the source: the compiler, its options, and those below. */
const settings = [
  require.resolve('@swc/core/package.json'),
  join(ROOT, '.swcrc'),
  fileURLToPath(import.meta.url),
].map(textOf);

registerHooks({
  load(url, context, next) {
    if (!/\.tsx?$/.test(url) || url.includes('/node_modules/')) return next(url, context);
    return { format: 'module', source: moduleOf(fileURLToPath(url)), shortCircuit: true };
  },
});

/** The JavaScript of a source. Its place and that of the project are not part of it, so that copies share it. */
function moduleOf(filename) {
  const source = readFileSync(filename, 'utf8');
  const path = relative(ROOT, filename);
  const file = join(CACHE, digestOf(path));
  const end = `\n// ${digestOf(...settings, path, source)}\n`;
  const cached = textOf(file);
  if (cached?.endsWith(end)) return cached;
  const code = compile(filename, source) + end;
  keep(file, code);
  return code;
}

function compile(filename, source) {
  return require('@swc/core').transformSync(source, {
    filename,
    sourceFileName: basename(filename),
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: { rewriteRelativeImportExtensions: false },
  }).code;
}

/** Other processes may read or write the same file; where it cannot be written it is compiled again next time. */
function keep(file, code) {
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A read-only or full disk.
  }
}
