#!/usr/bin/env bash
# relay-compiler refuses `$first: Int! = 20`, which GraphQL allows
#
# relay-compiler 21.0.1 refuses a variable that may not be null and has a default, `$first: Int! = 20`. GraphQL allows it since
# 2018 (5.8.2 and 6.1.2: it may be left out, and may not be null), graphql-js validates it, and codegen makes types of it.
#
# Seen on 2026-11-28: "Non-nullable variable 'first' has a default value." `$first: Int = 20` compiles, and then takes null too.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . relay-compiler@21.0.1 graphql@16.15.0
cat > schema.graphql <<'EOS'
type Query {
  names(first: Int! = 20): [String!]!
}
EOS
cat > relay.config.json <<'EOS'
{ "src": "src", "schema": "schema.graphql", "language": "typescript" }
EOS
compiled() {
  rm -rf src
  mkdir src
  printf "import { graphql } from 'relay-runtime';\ngraphql\`query aQuery(\$first: %s = 20) { names(first: \$first) }\`;\n" "$1" > src/a.ts
  node_modules/.bin/relay-compiler relay.config.json 2>&1
}
cat > validate.cjs <<'EOS'
const { buildSchema, parse, validate } = require('graphql');
const schema = buildSchema(require('fs').readFileSync('schema.graphql', 'utf8'));
const mistakes = validate(schema, parse('query aQuery($first: Int! = 20) { names(first: $first) }'));
console.log(`graphql-js finds ${mistakes.length} mistakes`);
process.exit(mistakes.length);
EOS
node validate.cjs
compiled 'Int' > /dev/null && echo 'relay-compiler takes Int = 20'
if output=$(compiled 'Int!'); then echo 'relay-compiler takes Int! = 20'; exit 1; fi
grep -o "Non-nullable variable 'first' has a default value" <<< "$output"
