#!/usr/bin/env bash
# oidc-provider answers 400 `unsupported_token_type` to the introspection of a JWT of its own
#
# oidc-provider 9.13.3 as an authorization server with introspection: a JWT access token of its own, valid and just issued, is
# answered 400 with the error `unsupported_token_type`, which RFC 7662 does not know (it is of RFC 7009, for revocation); an opaque
# token is answered 200, active. A resource server that takes every 400 for a failure of the authorization server, and says 503,
# does so for whatever JWT a client sends; one that introspects all tokens to hear of revocations refuses all JWTs.
#
# Seen on 2026-11-28 with Node 26.12.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . oidc-provider@9.13.3
cat > find.mjs <<'EOF'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
console.warn = console.info = () => {};
const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(url, {
  clients: [
    {
      client_id: 'app',
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'orders',
    },
  ],
  scopes: ['orders'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: 'orders',
        accessTokenFormat: resource.endsWith('jwt') ? 'jwt' : 'opaque',
      }),
    },
  },
});
server.on('request', provider.callback());
const post = async (path, form) => {
  const authorization = `Basic ${Buffer.from('app:secret').toString('base64')}`;
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(form),
  });
  return { status: answer.status, ...(await answer.json()) };
};
const introspected = async (resource) => {
  const { access_token: token } = await post('/token', { grant_type: 'client_credentials', resource, scope: 'orders' });
  return post('/token/introspection', { token });
};
const [opaque, jwt] = [await introspected('urn:opaque'), await introspected('urn:jwt')];
console.log(`opaque: ${opaque.status} active ${opaque.active}; JWT: ${jwt.status} ${jwt.error}`);
const isAsSeen = opaque.active === true && jwt.status === 400 && jwt.error === 'unsupported_token_type';
process.exit(isAsSeen ? 0 : 1);
EOF
node find.mjs
