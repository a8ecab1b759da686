#!/usr/bin/env bash
# graphql-js takes ids beyond 2^53 that JSON.parse has rounded: another object, without an error
#
# graphql-js 16.15.0 takes any whole number as a variable of the type ID, also beyond 2^53, where JSON.parse has rounded it: the id
# 9007199254740993 of a client in Java or Go becomes 9007199254740992, that of another object, and 1e21 the text "1e+21". In the
# document the same number is kept as it is. As an Int it would be refused.
#
# Seen on 2026-11-30 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . graphql@16.15.0
cat > find.cjs <<'EOS'
const { buildSchema, graphqlSync } = require('graphql');
const schema = buildSchema('type Query { seen(id: ID!): String }');
const rootValue = { seen: ({ id }) => id };
const seen = (source, variables = '{}') =>
  graphqlSync({ schema, rootValue, source, variableValues: JSON.parse(variables) }).data.seen;
const byVariable = (id) => seen('query ($id: ID!) { seen(id: $id) }', `{ "id": ${id} }`);
const found = {
  'in the document': seen('{ seen(id: 9007199254740993) }'),
  'as a variable': byVariable('9007199254740993'),
  '1e21 as a variable': byVariable('1e21'),
};
console.log(found);
process.exit(Object.values(found).join() === '9007199254740993,9007199254740992,1e+21' ? 0 : 1);
EOS
node find.cjs
