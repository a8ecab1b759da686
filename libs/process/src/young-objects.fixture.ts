import { setFlagsFromString } from 'node:v8';
import { settleMemory } from '#libs/process';

// A process for the specs: V8 traces what it learns from objects that survive, in a process that has settled and in any other.
if (process.argv.includes('settled')) settleMemory();
setFlagsFromString('--trace-pretenuring-statistics');
const rounds = Array.from({ length: 100 }, () => Array.from({ length: 10_000 }, (_, n) => ({ n })));
process.send?.(rounds.length);
