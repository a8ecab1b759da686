// Removes from node_modules the packages that `npm ci --omit=dev` installs although only development needs them: those
// that are both development dependencies and optional peers of others, for example TypeScript, which Nest's compiler
// plugins would use.
import { readFileSync, rmSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [folder, { devOptional }] of Object.entries(packages)) {
  if (devOptional) rmSync(folder, { recursive: true, force: true });
}
