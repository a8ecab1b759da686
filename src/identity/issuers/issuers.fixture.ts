import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { bearersOf } from '#gateway/identity/tokens/tokens.fixture';

/** Settings with these issuers in `ISSUERS_FILE`. */
export function withIssuers(issuers: object[], environment: NodeJS.ProcessEnv = {}): Config {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-issuers-'));
  try {
    const file = join(folder, 'issuers.json');
    writeFileSync(file, JSON.stringify(issuers));
    return loadConfig({ ...environment, ISSUERS_FILE: file });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The verifier for tokens of these issuers. */
export async function bearersWith(...issuers: object[]) {
  return bearersOf(withIssuers(issuers), new KeySet(await SigningKey.make('ES256')));
}
