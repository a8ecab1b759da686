#!/usr/bin/env bash
# A run of jest whose tests are over lasts as long as a program that a killed worker had started
#
# jest 30.5.2 kills a worker that does not exit by itself, and says "force exited". A program that a test of it started with
# `stdio: 'inherit'` has the worker's standard error, a pipe to jest, which waits for its end: the run ends with that program, or never
# where it is a server. It is told in other words, those of an open handle, which --detectOpenHandles does not find since it is in no
# process of jest. With 'ignore' in place of 'inherit' the run ends at once.
#
# Seen on 2026-11-30 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . jest@30.5.2
echo "test('passes', () => {});" > other.test.js

seconds_with() {
  cat > starts.test.js <<EOS
const { spawn } = require('node:child_process');
test('starts a program of 15 seconds', () => void spawn('sleep', ['15'], { stdio: '$1' }));
EOS
  local started=$SECONDS
  # Without a cache it does not know that both are short, and starts workers.
  node node_modules/jest/bin/jest.js --rootDir . --cacheDirectory "$folder/cache-$1" --maxWorkers 2 >"$1.log" 2>&1
  echo $((SECONDS - started))
}

inherited=$(seconds_with inherit)
ignored=$(seconds_with ignore)
grep -h 'force exited\|did not exit' inherit.log | cut -c 1-80
echo "inherit: $inherited s, ignore: $ignored s"
[ "$inherited" -ge 14 ] && [ "$ignored" -lt 12 ] && grep -q 'did not exit' inherit.log && ! grep -q 'did not exit' ignore.log
