import { basename, join, relative, resolve } from 'node:path';
import { readOptions, refuseUsage } from './launcher/read-options.ts';
import { quoted } from './launcher/start-alone.ts';
import { make } from './new/make.ts';
import { NewError, update } from './new/release.ts';

const HELP = `Makes a gateway of your own: Atrium without its shop.

  npm run new -- ../my-bff            a new gateway, with one example upstream, feature and operation
  npm run new -- --update ../my-bff   brings a gateway that was made so to this release

The name of the folder is the name of the package. docs/guides/start-your-own.md says how to go on.
`;

const root = join(import.meta.dirname, '..');
const { values, positionals } = readOptions(HELP, {
  allowPositionals: true,
  options: { update: { type: 'boolean' } },
});
const [folder, ...others] = positionals;
if (!folder || others.length) refuseUsage(HELP, 'Name one folder.');

try {
  if (values.update) reportUpdated(resolve(folder));
  else reportMade(resolve(folder));
} catch (error) {
  if (!(error instanceof NewError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function reportMade(target: string): void {
  make(root, target);
  process.stdout.write(`${basename(target)} is made. Next:

  cd ${quoted(relative('.', target))}
  npm ci && npm start
`);
}

function reportUpdated(target: string): void {
  const { version, packages } = update(root, target);
  const changed = packages.length ? `, with ${packages.join(', ')} in package.json` : '';
  process.stdout.write(`${basename(target)} is at release ${version}${changed}. Next:

  cd ${quoted(relative('.', target))}
  npm install && npm test
`);
}
