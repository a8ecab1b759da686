#!/usr/bin/env bash
# esbuild's `keepNames` makes each closure of each call a hundred times dearer, also where no name changes
#
# esbuild 0.28.2 with `keepNames` (which class names of a framework need) wraps each function expression in a call that defines its
# name, wherever it stands and although nothing was renamed: also closures that are made anew in each call. A function that returns an
# object of three arrow functions takes up to a hundred times as long, and each of them has a property `name` of its own.
#
# Seen on 2026-11-29 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . esbuild@0.28.2
cat > accessors.mjs <<'EOS'
export const accessors = (list) => ({ first: () => list[0], second: () => list[1], third: () => list[2] });
EOS
for keep in false true; do
  node_modules/.bin/esbuild accessors.mjs --bundle --format=esm --platform=node --target=node24 --keep-names=$keep --outfile=keep-$keep.mjs --log-level=error
done
grep __name keep-true.mjs
cat > measure.mjs <<'EOS'
const { accessors } = await import(process.argv[2]);
const list = [1, 2, 3];
let sum = 0;
const rounds = Array.from({ length: 7 }, () => {
  const startedAt = performance.now();
  for (let n = 0; n < 300_000; n += 1) sum += accessors(list).second();
  return performance.now() - startedAt;
});
console.log(Math.round((Math.min(...rounds) / 300_000) * 1e6));
EOS
without=$(node measure.mjs ./keep-false.mjs)
with=$(node measure.mjs ./keep-true.mjs)
echo "nanoseconds of a call: $without without keepNames, $with with it"
[ "$with" -gt $((10 * without)) ]
