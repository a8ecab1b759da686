import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** What makes a cached answer: ports and adapters, the fields that adapters share, and what writes an entry to Redis. */
const MAKERS = [
  'src/upstreams/*/*.{port,rest,grpc}.{ts,js}',
  'libs/upstream/src/{answer-fields,listed}.{ts,js}',
  'libs/cache/src/{codec,entry}.{ts,js}',
];

/**
 * A version of the shapes of cached answers. It changes with the code that makes them, so that a gateway reads no entry that
 * a release with other code has written.
 * @param root of the sources, or of what is compiled of them
 * @throws {Error} without that code: all releases would have one version
 */
export function shapeVersion(root = ROOT): string {
  const hash = createHash('sha256');
  for (const pattern of MAKERS) {
    const files = globSync(pattern, { cwd: root }).toSorted();
    if (!files.length) throw new Error(`there is no ${join(root, pattern)}`);
    for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('base64url').slice(0, 12);
}
