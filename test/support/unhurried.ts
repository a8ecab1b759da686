import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';

const UPSTREAM = {
  timeoutMs: 60_000,
  breaker: { mode: 'off' },
  hedge: { mode: 'off' },
  retry: { maxTries: 1 },
};

/**
 * Settings of a gateway for tests under load that are about other things: on a busy machine calls are late, and none is
 * shed, refused or given up.
 * @param folder where the file of the policies is written
 */
export function unhurried(folder: string): NodeJS.ProcessEnv {
  const UPSTREAMS_FILE = join(folder, 'upstreams.json');
  writeFileSync(
    UPSTREAMS_FILE,
    JSON.stringify(Object.fromEntries(Object.keys(upstreams).map((name) => [name, UPSTREAM]))),
  );
  return { UPSTREAMS_FILE, REQUEST_TIMEOUT_MS: '60000', SHEDDING: 'off' };
}
