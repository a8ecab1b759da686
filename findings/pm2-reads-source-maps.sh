#!/usr/bin/env bash
# PM2 turns source maps on: the first stack of a bundle blocks the event loop while its map is decoded
#
# PM2 7.0.4 turns source maps on in every process that it runs. A bundle with a map beside it, which plain Node never opens, has it
# read and decoded at the first stack that is looked at: that blocks the event loop, for a map of 10 MB some half a second, and the
# decoded map stays in memory. What helps: `disable_source_map_support: true`.
#
# Seen on 2026-11-29 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . pm2@7.0.4
export PM2_HOME=$folder/home
cat > make.mjs <<'EOS'
import { writeFileSync } from 'node:fs';
const LINES = 100_000;
const code = 'export const first = () => new Error("first");\n' + 'void 0; void 0; void 0; void 0;\n'.repeat(LINES);
writeFileSync('bundle.mjs', `${code}//# sourceMappingURL=bundle.mjs.map\n`);
const mappings = 'AAAA;' + 'AACA,QAAQ,QAAQ,QAAQ;'.repeat(LINES);
const names = ['source.ts'];
writeFileSync('bundle.mjs.map', JSON.stringify({ version: 3, sources: names, names: [], mappings, sourcesContent: ['x\n'.repeat(4e6)] }));
const app = { script: 'app.mjs', exec_mode: 'cluster', instances: 1, autorestart: false };
const apps = [{ ...app, name: 'byDefault' }, { ...app, name: 'disabled', disable_source_map_support: true }];
writeFileSync('apps.config.cjs', `module.exports = ${JSON.stringify({ apps })};`);
EOS
cat > app.mjs <<'EOS'
import { writeFileSync } from 'node:fs';
import { first } from './bundle.mjs';
const before = [performance.now(), process.memoryUsage.rss()];
void first().stack;
const ms = Math.round(performance.now() - before[0]);
const mb = Math.round((process.memoryUsage.rss() - before[1]) / 1e6);
writeFileSync(`${process.env.name}.json`, JSON.stringify({ ms, mb }));
EOS
node make.mjs
node_modules/.bin/pm2 start apps.config.cjs > /dev/null
until [ -s byDefault.json ] && [ -s disabled.json ]; do sleep 0.2; done
node_modules/.bin/pm2 kill > /dev/null
head -v -c 200 byDefault.json disabled.json
node --eval 'const of = (name) => JSON.parse(fs.readFileSync(`${name}.json`)); process.exit(of("byDefault").ms > 20 * (of("disabled").ms + 1) ? 0 : 1)'
