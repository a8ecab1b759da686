#!/usr/bin/env bash
# `npm sbom --omit=dev` leaves out packages of production that development needs, too
#
# `npm sbom --omit=dev` (npm 11.19.1) leaves out of the bill of materials each package of production that a development
# dependency depends on, too: of a project that depends on `ms`, and on `debug` for development, which depends on `ms` as well,
# the bill is empty. `npm ls --omit=dev` and `npm ci --omit=dev` of the same project have `ms`. It warns of nothing and exits
# with 0. What works: the bill without --omit, reduced to the packages whose entries in package-lock.json are not `dev`.
#
# Seen on 2026-11-28 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix tool npm@11.19.1
npm=$folder/tool/node_modules/.bin/npm
mkdir project
cd project
cat > package.json <<'EOS'
{ "name": "project", "version": "1.0.0", "dependencies": { "ms": "2.1.3" }, "devDependencies": { "debug": "4.4.3" } }
EOS
"$npm" install --silent --no-audit --no-fund --ignore-scripts
names() { node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).components.map(({ name }) => name).join(" "))'; }
whole=$("$npm" sbom --sbom-format cyclonedx | names)
production=$("$npm" sbom --sbom-format cyclonedx --omit=dev | names)
listed=$("$npm" ls --omit=dev --parseable | tail -n +2 | xargs -n 1 basename)
printf 'whole: %s\nsbom --omit=dev: %s\nls --omit=dev: %s\n' "$whole" "$production" "$listed"
[ "$whole" = 'debug ms' ]
[ "$production" = '' ]
[ "$listed" = 'ms' ]
