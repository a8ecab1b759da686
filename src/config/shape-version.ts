import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const UPSTREAMS = join(import.meta.dirname, '..', 'upstreams');

/**
 * A version of the response shapes of all ports and adapters. It changes with their code, so that a gateway never reads a
 * cache entry written by a different release.
 */
export function shapeVersion(): string {
  const files = globSync('*/*.{port,rest,grpc}.{ts,js}', { cwd: UPSTREAMS });
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(readFileSync(join(UPSTREAMS, file)));
  return hash.digest('base64url').slice(0, 12);
}
