#!/bin/sh
# jose keeps a provider's old keys for ten minutes after a rotation where keys have no `kid`
#
# jose 6.2.17: a remote set of keys is fetched again where no key fits a token, but not where the signature is wrong. A provider whose
# keys have no `kid`, which RFC 7517 allows, has a key that always fits: after it rotates, each new token is refused until the set is
# ten minutes old, although the provider shows the right key and the last fetch was long ago. With a `kid` the new token is taken.
#
# Seen: "with kid: taken, 2 fetches", "without kid: ERR_JWS_SIGNATURE_VERIFICATION_FAILED, 1 fetch".
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.17 >/dev/null

cat >try.mjs <<'JS'
import { createServer } from 'node:http';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';

const newKey = async (kid) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, kid, jwk: { ...(await exportJWK(publicKey)), ...(kid && { kid }), alg: 'ES256', use: 'sig' } };
};
const tokenOf = ({ privateKey, kid }) =>
  new SignJWT({ sub: 'u1' }).setProtectedHeader({ alg: 'ES256', ...(kid && { kid }) }).setExpirationTime('1 min').sign(privateKey);

async function afterRotation(ids) {
  let [current, fetches] = [await newKey(ids[0]), 0];
  const server = createServer((request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [current.jwk] }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  // No cooldown: a fetch would be allowed at once.
  const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${server.address().port}/`), { cooldownDuration: 0 });
  await jwtVerify(await tokenOf(current), keys);
  current = await newKey(ids[1]);
  const outcome = await jwtVerify(await tokenOf(current), keys).then(() => 'taken', ({ code }) => code);
  server.close();
  server.closeAllConnections();
  return `${outcome}, ${fetches} fetch${fetches > 1 ? 'es' : ''}`;
}
console.log(`with kid: ${await afterRotation(['a', 'b'])}`);
console.log(`without kid: ${await afterRotation([])}`);
JS
node try.mjs | tee seen
grep -qx 'with kid: taken, 2 fetches' seen
grep -qx 'without kid: ERR_JWS_SIGNATURE_VERIFICATION_FAILED, 1 fetch' seen
