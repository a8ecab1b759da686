import { writeFileSync } from 'node:fs';
import { readOptions, refuseUsage } from './launcher/read-options.ts';
import { LIVE, STILL } from './pictures/pictures.ts';

const all = { ...STILL, ...LIVE };
const HELP = `npm run pictures [-- NAME…]   draws docs/pictures/NAME.svg: ${Object.keys(all).join(', ')}\n`;
const { positionals } = readOptions(HELP, { allowPositionals: true });
const names = positionals.length ? positionals : Object.keys(all);
const unknown = names.filter((name) => !(name in all));
if (unknown.length) refuseUsage(HELP, `There is no picture ${unknown.join(', ')}.`);
for (const name of names) {
  const startedAt = performance.now();
  writeFileSync(`docs/pictures/${name}.svg`, await all[name]!());
  process.stdout.write(`docs/pictures/${name}.svg in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
