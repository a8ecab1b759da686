import { spawnSync } from 'node:child_process';

/**
 * Installs without starting a service: invoke-rc.d asks policy-rc.d, and 101 forbids it. An existing file is restored,
 * however the installation ends.
 */
const SCRIPT = `
set -eu
policy=/usr/sbin/policy-rc.d
kept=$policy.atrium-kept
restore() {
  rm -f "$policy"
  if [ -e "$kept" ]; then mv "$kept" "$policy"; fi
}
if [ -e "$policy" ]; then mv "$policy" "$kept"; fi
trap restore EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\\nexit 101\\n' > "$policy"
chmod 755 "$policy"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@"
`;

/** Installs Debian packages in one run. @throws {Error} if apt-get fails or is missing */
export function installPackages(packages: readonly string[]): void {
  const shell = ['sh', '-c', SCRIPT, 'sh', ...packages];
  const [command, ...args] = process.getuid?.() === 0 ? shell : ['sudo', ...shell];
  const { status, error } = spawnSync(command!, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`apt-get install ${packages.join(' ')} failed`, { cause: error });
}
