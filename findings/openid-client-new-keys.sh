#!/bin/sh
# openid-client refuses an ID token that is signed with a new key for up to a minute, and the new refresh token beside it is lost
#
# openid-client 6.8.9 with `enableNonRepudiationChecks`: within 60 seconds after it has asked for the keys of a provider it does not
# ask again, though an ID token has been signed with a key that it does not know and the provider shows. A refresh then fails, and
# the error does not have the new refresh token of the answer: with a provider that rotates them, the session is lost.
#
# Seen: "first: taken", "after a rotation: OAUTH_KEY_SELECTION_FAILED, keys asked for 1 time(s), refresh token given 2, known 1".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund openid-client@6.8.9 jose@6.2.17 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';

const newKey = async (kid) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, shown: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
};
let keys = [await newKey('a')];
let [asked, given] = [0, 0];
const server = createServer(async (request, response) => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const json = (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  if (request.url === '/jwks') return (asked += 1), json({ keys: keys.map(({ shown }) => shown) });
  if (request.url !== '/token')
    return json({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, authorization_endpoint: `${issuer}/auth` });
  const [{ kid, privateKey }] = keys;
  const id_token = await new SignJWT({ sub: 'u1' })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(issuer)
    .setAudience('id')
    .setIssuedAt()
    .setExpirationTime('1 min')
    .sign(privateKey);
  json({ access_token: 'x', token_type: 'bearer', expires_in: 60, id_token, refresh_token: `refresh-${(given += 1)}` });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const url = new URL(`http://127.0.0.1:${server.address().port}`);
const config = await client.discovery(url, 'id', undefined, client.ClientSecretBasic('secret'), {
  execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
});
let known = (await client.refreshTokenGrant(config, 'refresh-0')).refresh_token;
console.log('first: taken');
// The provider signs with a new key, and shows both.
keys = [await newKey('b'), ...keys];
const error = await client.refreshTokenGrant(config, known).then(() => ({ code: 'taken' }), (reason) => reason);
// Wherever in the error it might be.
const depth = (value, seen = new Set()) =>
  typeof value === 'string'
    ? value.includes(`refresh-${given}`)
    : value && typeof value === 'object' && !seen.has(value) && (seen.add(value), Reflect.ownKeys(value).some((key) => depth(value[key], seen)));
if (depth(error)) known = `refresh-${given}`;
console.log(
  `after a rotation: ${error.code}, keys asked for ${asked} time(s), refresh token given ${given}, known ${known.slice(8)}`,
);
server.close();
server.closeAllConnections();
JS

said=$(node try.mjs)
echo "$said"
test "$said" = "first: taken
after a rotation: OAUTH_KEY_SELECTION_FAILED, keys asked for 1 time(s), refresh token given 2, known 1"
