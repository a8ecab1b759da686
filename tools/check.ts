import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { styleText } from 'node:util';
import { readOptions } from './launcher/read-options.ts';

/** The npm scripts of the check; all run, even if one fails. Behaviour is tested by `npm test`. */
const STEPS = [
  'format:check',
  'lint',
  'types',
  'rules',
  'contracts:lint',
  'openapi:lint',
  'schema:diff',
  'test:house',
];

readOptions(`npm run check   runs ${STEPS.join(', ')}; all of them, even if one fails\n`, {});

const failed: string[] = [];
for (const step of STEPS) {
  const startedAt = performance.now();
  process.stdout.write(styleText('bold', `\n${step}\n`));
  const npm = spawn('npm', ['run', '--silent', step], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [exitCode] = await once(npm, 'close');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (exitCode !== 0) failed.push(step);
  process.stdout.write(
    exitCode === 0 ? `passed in ${seconds} s\n` : styleText('red', `failed after ${seconds} s\n`),
  );
}

process.stdout.write(
  failed.length ? styleText('red', `\nFailed: ${failed.join(', ')}\n`) : '\nAll checks passed.\n',
);
process.exitCode = failed.length ? 1 : 0;
