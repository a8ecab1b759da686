#!/usr/bin/env bash
# jest takes a `maxWorkers` of `150%` for 150 workers
#
# jest 30.5.2 takes `maxWorkers` as a share of the cores up to '100%' alone. '150%', for suites that wait more than they compute, is 150
# workers, each a process with the modules of the project; there is no warning.
#
# Seen on 2026-11-29 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . jest-config@30.5.2
cat > config.mjs <<'EOS'
import { readConfig } from 'jest-config';
const of = async (maxWorkers) => {
  const argv = { $0: '', _: [], maxWorkers, rootDir: process.cwd(), config: JSON.stringify({}) };
  const { globalConfig } = await readConfig(argv, process.cwd());
  return globalConfig.maxWorkers;
};
console.log(await of('100%'), await of('150%'));
EOS
node config.mjs | tee seen
read -r whole more < seen
[ "$more" = 150 ] && [ "$whole" -lt 150 ]
