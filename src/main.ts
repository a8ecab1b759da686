import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { confine, isConfined } from '#libs/confinement';

const HELP = `Starts the gateway with the settings of its environment, which .env.example lists.

--confined         under Node's permission model: it may read its program and the files that settings name, write its
                   storage and its jobs, and use the network; everything else is denied
--allow-…          with --confined: a further permission, for example --allow-fs-read=/srv/more
--help             this text
`;

/** The young generation has its full size at once: the start would grow it by a dozen collections. */
const V8_FLAGS = ['--min-semi-space-size=16'];

const args = process.argv.slice(2);
const allowed = args.filter((arg) => arg.startsWith('--allow-'));
const unknown = args.filter((arg) => !allowed.includes(arg) && arg !== '--confined' && arg !== '--help');
const isToBeConfined = args.includes('--confined');

if (args.includes('--help')) process.stdout.write(HELP);
else if (unknown.length || (allowed.length && !isToBeConfined)) {
  process.stderr.write(`gateway did not start: unknown argument ${[...unknown, ...allowed][0]}\n\n${HELP}`);
  process.exitCode = 64;
} else {
  if (isToBeConfined && !isConfined()) {
    const { permissionsFor } = await import('./config/permissions.ts');
    const program = join(dirname(fileURLToPath(import.meta.url)), '..');
    confine(process.env, () => permissionsFor(process.env, program), [...V8_FLAGS, ...allowed]);
  }
  // They request a reload and new workers, and would end a process that is still starting: the settings are read after this.
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {});
  const { run } = await import('./run.ts');
  await run(process.env);
}
