/** The modules of the proof, by name: programs print one line. */
export const FILES: Record<string, string> = {
  'counter.cjs': 'exports.n = 0; exports.add = () => { exports.n += 1; };',
  'counter.mjs': 'export let n = 0; export const add = () => { n += 1; };',
  'copy.cjs': "const { n, add } = require('./counter.cjs'); add(); console.log(n);",
  'live.mjs': "import { n, add } from './counter.mjs'; add(); console.log(n);",
  'a.cjs': "exports.early = 1; const b = require('./b.cjs'); exports.late = 2; exports.sees = b.sees;",
  'b.cjs': "const a = require('./a.cjs'); exports.sees = JSON.stringify(a);",
  'cycle.cjs': "console.log(require('./a.cjs').sees);",
  'a.mjs': "import './b.mjs'; export const value = 1; export function hoisted() { return 'function'; }",
  'b.mjs':
    "import { value, hoisted } from './a.mjs'; let words = hoisted(); try { words += value; } catch (error) { words += ', ' + error.name; } console.log(words);",
  'cycle.mjs': "import './a.mjs';",
  'slow.mjs':
    "console.log('starts'); await new Promise((resolve) => setTimeout(resolve, 20)); export const ready = true;",
  'waits.mjs': "import { ready } from './slow.mjs'; console.log('then', ready);",
  'plain.mjs': 'export const word = 1; export default function main() {}',
  'require.cjs':
    "const plain = require('./plain.mjs'); console.log(Object.keys(plain).sort().join(' '), '__esModule' in plain); import('./plain.mjs').then((same) => console.log('import() gives the same object:', same === plain));",
  'require-slow.cjs': "try { require('./slow.mjs'); } catch (error) { console.log(error.code); }",
  'node_modules/dual/package.json': JSON.stringify({
    name: 'dual',
    exports: { import: './index.mjs', require: './index.cjs' },
  }),
  'node_modules/dual/index.mjs': 'export class Money {}',
  'node_modules/dual/index.cjs': 'exports.Money = class Money {};',
  'node_modules/single/package.json': JSON.stringify({ name: 'single', exports: './index.mjs' }),
  'node_modules/single/index.mjs': 'export class Money {}',
  'dual.mjs':
    "import { createRequire } from 'node:module'; import * as dual from 'dual'; import * as single from 'single'; const require = createRequire(import.meta.url); console.log(new (require('dual').Money)() instanceof dual.Money, new (require('single').Money)() instanceof single.Money);",
  'library.mjs': `export const used = () => 'used'; export const unused = () => '${'x'.repeat(1_000)}';`,
  'library.cjs': `exports.used = () => 'used'; exports.unused = () => '${'x'.repeat(1_000)}';`,
  'shakes.mjs': "import { used } from './library.mjs'; console.log(used());",
  'shakes-not.mjs': "import library from './library.cjs'; console.log(library.used());",
  'namespace.mjs': "import * as library from './library.mjs'; console.log(library[process.argv[2]]());",
};
