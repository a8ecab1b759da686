#!/usr/bin/env bash
# relay-compiler leaves out, without a word, an operation that has a description
#
# relay-compiler 21.0.1 does not know descriptions of operations (GraphQL, September 2025), and says nothing: a document that has one
# is left out, nothing is generated for it, and the run succeeds. The same document with a comment in its place is compiled.
#
# Seen on 2026-11-28: with a description exit code 0 and 0 operations, with a comment exit code 0 and 1 operation.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact relay-compiler@21.0.1 graphql@16.15.0
mkdir -p src/generated
echo 'type Query { hello: String }' > schema.graphql
echo '{ "src": "./src", "schema": "./schema.graphql", "language": "typescript", "artifactDirectory": "./src/generated" }' > relay.config.json
try() {
  rm -f src/generated/*
  printf "import { graphql } from 'relay-runtime';\nexport const query = graphql\`\n  %s\n  query HelloQuery { hello }\n\`;\n" "$1" > src/Hello.ts
  code=0
  npx --no-install relay-compiler relay.config.json >/dev/null 2>&1 || code=$?
  echo "$code $(find src/generated -name '*.graphql.ts' | wc -l)"
}
described=$(try '"Says hello."')
commented=$(try '# Says hello.')
echo "with a description (exit code, operations): $described; with a comment: $commented"
[ "$described" = '0 0' ] && [ "$commented" = '0 1' ]
