// Removes from node_modules what `npm ci --omit=dev` installs although only development needs it: packages that are both
// development dependencies and optional peers of others, for example TypeScript, which Nest's compiler plugins would use;
// and the source maps and type declarations of all packages, nearly half of the rest.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const [folder, { devOptional }] of Object.entries(packages)) {
  if (devOptional) rmSync(folder, { recursive: true, force: true });
}

const NOT_RUN = /\.(map|d\.[mc]?ts)$/;
for (const entry of readdirSync('node_modules', { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && NOT_RUN.test(entry.name)) rmSync(join(entry.parentPath, entry.name));
}
