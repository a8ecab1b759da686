import { describe } from '@jest/globals';
import type { NeighbourProgram } from './programs.ts';

/**
 * A suite that requires third-party programs. If one is missing it is skipped with its name; with `CI=true` it fails.
 * @param suite receives their versions by name
 */
export function describeWith(
  programs: readonly NeighbourProgram[],
  subject: string,
  suite: (versions: ReadonlyMap<string, string>) => void,
): void {
  const versions = new Map(programs.map(({ name, version }) => [name, version() ?? '']));
  const missing = programs.filter(({ name }) => !versions.get(name)).map(({ name }) => name);
  if (missing.length && process.env['CI'] === 'true')
    throw new Error(`not on this machine: ${missing.join(', ')}`);
  const on = missing.length ? describe.skip : describe;
  on(missing.length ? `${subject} (not on this machine: ${missing.join(', ')})` : subject, () => {
    suite(versions);
  });
}
