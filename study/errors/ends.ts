import { readSettings, runProcess } from '#libs/process';
import { z } from 'zod';

/** Ends in the way that its argument names; a process of the product where it begins with "run". */
const [, , how] = process.argv;
const idle = { stop: async () => {}, fatal: () => {} };
if (how === 'throw') setTimeout(() => raise(), 1);
if (how === 'reject') void Promise.reject(new Error('of a promise'));
if (how === 'exitCode') process.exitCode = 3;
if (how === 'run, throw') await runProcess('ends', async () => (setTimeout(() => raise(), 1), idle));
if (how === 'run, reject')
  await runProcess('ends', async () => (void Promise.reject(new Error('of a promise')), idle));
if (how === 'run, setting')
  await runProcess('ends', async () => (readSettings(z.object({ PORT: z.coerce.number() }), { PORT: 'x' }), idle));
if (how === 'swallowed') {
  process.on('uncaughtException', () => {});
  setTimeout(() => raise(), 1);
  setTimeout(() => process.stdout.write('goes on, in an unknown state'), 20);
}

function raise(): never {
  throw new Error('of a callback');
}
