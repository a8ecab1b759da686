#!/usr/bin/env bash
# PM2 reloads what a file says of the environment, never its folder: deployments by a link stay at the first release
#
# PM2 7.0.4 never takes a new folder from a configuration file: `pm2 reload FILE`, `startOrReload` and `restart` take its changed
# environment, and run the program where it was at the first start. Node gives __dirname without symbolic links, so that an app
# with `cwd: __dirname`, started by way of a link to the current release, stays at the release that the link named then, without
# an error. What helps: `pm2 start FILE --cwd LINK`.
#
# Seen on 2026-11-30 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . pm2@7.0.4
export PM2_HOME=$folder/home
touch ran
for release in first second; do
  mkdir "$release"
  cat > "$release/app.cjs" <<'EOS'
require('node:fs').appendFileSync(process.env.RAN, `${__dirname.split('/').pop()} ${process.env.CHANGED}\n`);
setInterval(() => {}, 1000);
EOS
  cat > "$release/apps.config.cjs" <<EOS
const app = { cwd: __dirname, script: 'app.cjs', exec_mode: 'cluster', instances: 1 };
module.exports = { apps: [{ ...app, name: 'app', env: { RAN: '$folder/ran', CHANGED: 'by $release' } }] };
EOS
done
pm2() { node_modules/.bin/pm2 "$@" > /dev/null; }
# Each start adds a line.
ran() { until [ "$(wc -l < ran)" = "$1" ]; do sleep 0.1; done; }

ln -s first current
pm2 start current/apps.config.cjs
ran 1
ln -sfn second current
pm2 reload current/apps.config.cjs --update-env
ran 2
pm2 startOrReload current/apps.config.cjs --update-env
ran 3
pm2 restart current/apps.config.cjs --update-env
ran 4
pm2 delete app
ln -sfn first current
pm2 start current/apps.config.cjs --cwd "$folder/current"
ran 5
ln -sfn second current
pm2 reload app
ran 6
pm2 kill
cat ran
diff ran - <<'EOS'
first by first
first by second
first by second
first by second
first by first
second by first
EOS
