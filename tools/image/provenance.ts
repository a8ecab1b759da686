import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where sources come from, as build arguments for the labels; what is not known is left out.
 * @param folder of the sources, with their `package.json`
 */
export function provenance(folder = '.'): Record<string, string> {
  const { version, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
    repository?: { url: string };
  };
  const git = (...args: string[]) => {
    try {
      return execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      return '';
    }
  };
  const isChanged = git('status', '--porcelain') !== '';
  const revision = git('rev-parse', 'HEAD');
  const source = repository?.url ?? withoutCredentials(git('remote', 'get-url', 'origin'));
  return {
    VERSION: version,
    // The date of the sources, so that the same sources give the same label.
    CREATED: git('log', '-1', '--format=%cI') || new Date().toISOString(),
    ...(revision && { REVISION: `${revision}${isChanged ? '-changed' : ''}` }),
    ...(source && { SOURCE: source }),
  };
}

/** The address of a remote may have a token in it, and labels are public. */
const withoutCredentials = (url: string): string => url.replace(/^(https?:\/\/)[^/@]*@/, '$1');
