import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const UPSTREAMS = join(import.meta.dirname, '..', 'upstreams');

/**
 * A name for the shape of what ports answer. It is another one where any port or adapter is, so that a gateway never
 * reads from a shared cache what a different release wrote.
 */
export function shapeVersion(): string {
  const files = globSync('*/*.{port,rest,grpc}.{ts,js}', { cwd: UPSTREAMS });
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(readFileSync(join(UPSTREAMS, file)));
  return hash.digest('base64url').slice(0, 12);
}
