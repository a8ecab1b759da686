import { basename, join, relative, resolve } from 'node:path';
import { make } from './new/make.ts';
import { NewError, update } from './new/release.ts';

const HELP = `Makes a gateway of your own: Atrium without its shop.

  npm run new -- ../my-bff            a new gateway, with one example upstream, feature and operation
  npm run new -- --update ../my-bff   brings a gateway that was made so to this release

The name of the folder is the name of the package. docs/guides/start-your-own.md says how to go on.
`;

const root = join(import.meta.dirname, '..');
const given = process.argv.slice(2);
const folders = given.filter((one) => !one.startsWith('-'));
const options = given.filter((one) => one.startsWith('-'));
const unknown = options.find((one) => !['--update', '--help', '-h'].includes(one));

try {
  if (options.includes('--help') || options.includes('-h')) process.stdout.write(HELP);
  else if (unknown || folders.length !== 1)
    throw new NewError(`${unknown ? `Unknown option ${unknown}` : 'Name one folder'}.\n\n${HELP}`);
  else if (options.includes('--update')) reportUpdated(resolve(folders[0]!));
  else reportMade(resolve(folders[0]!));
} catch (error) {
  if (!(error instanceof NewError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function reportMade(target: string): void {
  make(root, target);
  process.stdout.write(`${basename(target)} is made. Next:

  cd ${relative('.', target)}
  npm ci && npm start
`);
}

function reportUpdated(target: string): void {
  const { version, packages } = update(root, target);
  const changed = packages.length ? `, with ${packages.join(', ')} in package.json` : '';
  process.stdout.write(`${basename(target)} is at release ${version}${changed}. Next:

  cd ${relative('.', target)}
  npm install && npm test
`);
}
