import { generateKeyPairSync } from 'node:crypto';
import { writeWithoutBanner } from './launcher/npm-banner.ts';
import { readOptions } from './launcher/read-options.ts';

const HELP = `Makes a key that access tokens are signed with, as a line for an environment file.

  npm run keys:new >> .env    an RSA key of 3072 bits, for RS256
  npm run keys:new -- --es256 an EC key on P-256, for ES256

The file can be read by a shell, by node --env-file and by Docker: npm's own output before the key is removed.

To rotate: 1. set the new key as JWT_NEXT_KEY, and wait for five minutes, until all verifiers have fetched it.
2. Set it as JWT_PRIVATE_KEY, and the old one in JWT_RETIRED_KEYS. 3. After 15 minutes remove the old one.
`;

const { values } = readOptions(HELP, { options: { es256: { type: 'boolean' } } });
const { privateKey } = values.es256
  ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  : generateKeyPairSync('rsa', { modulusLength: 3072 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
writeWithoutBanner(1, `JWT_PRIVATE_KEY="${pem.trim().replaceAll('\n', '\\n')}"\n`);
process.stderr.write(
  'This key is a secret: store it accordingly. How to rotate keys in one command: npm run keys:rotate -- --help\n',
);
