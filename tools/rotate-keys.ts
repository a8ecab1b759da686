import { privateKey } from '#gateway/config/keys';
import { idOf, isSigning, rotated } from './keys/rotated.ts';
import { readInternal, rotatedInternal } from './keys/rotated-internal.ts';
import { readOptions } from './launcher/read-options.ts';
import { changeStored, readStored } from './keys/stored.ts';
import type { StoredKey, StoredKeys } from './keys/with-next.ts';

const HELP = `Rotates keys in a file: those that access tokens are signed with, in the file that JWT_KEYS_FILE names, or those of the
tokens between the gateway and its services, in the file that INTERNAL_TOKEN_KEY_FILE names.

  npm run keys:rotate -- [FILE] [--es256] [--now] [--compromised]
  npm run keys:rotate -- --internal [FILE] [--now] [--compromised]

Creates the file if there is none; its first key signs at once, and is JWT_PRIVATE_KEY or INTERNAL_TOKEN_KEY where that is set.
Otherwise adds a key, which all processes read at once and which signs six minutes later, when all verifiers have it. The key
before is accepted until the tokens that it signed have expired: access tokens 16 minutes later, internal ones 2 minutes; the next
rotation removes it from the file. Gateways and services notice the change within two seconds. Give all of them the same file.

  FILE           the file; by default that of the setting
  --internal     the keys of internal tokens; a file with secrets as text is changed to a JWK Set with the same ones
  --es256        the new key is an EC key on P-256, for ES256; by default RSA of 3072 bits, for RS256
  --now          the new key signs at once: services that verify access tokens with a cached key set may refuse them for five
                 minutes, and services that have not noticed the file refuse internal tokens for two seconds
  --compromised  replaces everything at once: access tokens and links to files end, known devices are forgotten. Sessions go
                 on: clients refresh their tokens. With --internal, calls to services fail for two seconds
`;

const options = {
  internal: { type: 'boolean', default: false },
  es256: { type: 'boolean', default: false },
  now: { type: 'boolean', default: false },
  compromised: { type: 'boolean', default: false },
} as const;

const { values, positionals } = readOptions(HELP, { allowPositionals: true, options });
const { internal: isInternal, es256, now: isNow, compromised: isCompromised } = values;
const setting = isInternal ? 'INTERNAL_TOKEN_KEY_FILE' : 'JWT_KEYS_FILE';
const replaced = isInternal ? 'INTERNAL_TOKEN_KEY' : 'JWT_PRIVATE_KEY';
const nowSeconds = Math.floor(Date.now() / 1_000);

try {
  const [file = process.env[setting], ...more] = positionals;
  if (!file || more.length) throw new Error(`Name one file, or set ${setting}: npm run keys:rotate -- --help`);
  if (isInternal && es256)
    throw new Error('--es256 is for keys of access tokens: internal tokens are signed with a secret.');
  const [before, after] = rotateIn(file, process.env[replaced]);
  process.stdout.write(`${file}:\n${report(before, after).join('\n')}\n`);
  const users = isInternal ? 'every gateway and service' : 'every gateway';
  if (!before) process.stdout.write(`Set ${setting} to it for ${users}, and remove ${replaced}.\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function rotateIn(file: string, given: string | undefined) {
  const timing = { isNow, isCompromised, nowSeconds };
  if (isInternal)
    return changeStored(file, readInternal, (keys) => rotatedInternal(keys, { ...timing, first: given }));
  const first = given ? privateKey.parse(given) : undefined;
  const algorithm = es256 ? 'ES256' : 'RS256';
  return changeStored(file, readStored, (keys) => rotated(keys, { ...timing, algorithm, first }));
}

/** What has changed, one line a key. Nothing of it is secret. */
function report(before: StoredKeys | undefined, after: StoredKeys): string[] {
  const signingIn = ({ keys }: StoredKeys) => (isInternal ? keys : keys.filter(isSigning));
  const nameOf = (key: StoredKey) => (isInternal ? key.kid! : idOf(key));
  const signing = signingIn(after);
  const [old, left] = [before ? signingIn(before).map(nameOf) : [], signing.map(nameOf)];
  const current = signing.findLastIndex(({ nbf = 0 }) => nbf <= nowSeconds);
  const lines = signing.map(({ nbf = 0 }, i) => {
    if (i > current) return `  ${left[i]}  is published, and signs from ${new Date(nbf * 1_000).toISOString()}`;
    return `  ${left[i]}  ${i === current ? 'signs' : 'is still accepted'}`;
  });
  return [...lines, ...old.filter((id) => !left.includes(id)).map((id) => `  ${id}  is removed`)];
}
