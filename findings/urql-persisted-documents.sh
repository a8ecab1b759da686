#!/usr/bin/env bash
# urql sends the id of a document of gql.tada in production alone, and refuses or sends its text in development
#
# gql.tada 1.11.3 makes a document that is known by an id in two ways, and @urql/core 6.0.3, of the same authors, sends the id of
# neither in development: `graphql.persisted(id, document)` goes out as text, and `graphql.persisted<typeof document>(id)`, which has
# no text, is refused with "Expected operation of type "query" but found "undefined"". In production the latter is sent as
# `documentId`. What works in both: @urql/exchange-persisted with `enforcePersistedQueries` and
# `generateHash: async (_, document) => document.documentId`, which sends the id as `extensions.persistedQuery.sha256Hash`.
#
# Seen on 2026-11-28 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
  @urql/core@6.0.3 @urql/exchange-persisted@5.0.1 gql.tada@1.11.3 typescript@6.0.2
cat > find.mjs <<'EOS'
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Client, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { graphql } from 'gql.tada';

const asked = [];
const server = createServer((request, response) => {
  asked.push(Object.fromEntries(new URL(request.url, 'http://x').searchParams));
  response.setHeader('content-type', 'application/json').end('{"data":{"me":null}}');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/graphql`;
const document = gql('query Me { me { id } }');
const known = persistedExchange({ enforcePersistedQueries: true, generateHash: async (_, { documentId }) => documentId });

async function sentBy(persisted, ...exchanges) {
  const client = new Client({ url, exchanges: [...exchanges, fetchExchange] });
  try {
    await client.query(persisted, {});
    const { query, documentId, extensions } = asked.at(-1);
    return query ? 'text' : documentId ? 'documentId' : JSON.parse(extensions).persistedQuery.sha256Hash;
  } catch (error) {
    return error.message;
  }
}
console.log(process.env.NODE_ENV, [
  await sentBy(graphql.persisted('one-id', document)),
  await sentBy(graphql.persisted('other-id')),
  await sentBy(graphql.persisted('third-id', document), known),
].join(' | '));
server.close();
EOS
development=$(NODE_ENV=development node find.mjs)
production=$(NODE_ENV=production node find.mjs)
printf '%s\n%s\n' "$development" "$production"
[ "$development" = 'development text | Expected operation of type "query" but found "undefined" | third-id' ]
[ "$production" = 'production text | documentId | third-id' ]
