import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { gone } from '#libs/testing';
import { ProjectCopy } from './project-copy.ts';

jest.setTimeout(180_000);

describe('npm run dev', () => {
  const project = new ProjectCopy();
  afterAll(() => project.remove());

  it('prints a command that restarts a lost service, and restarts the gateway for a changed operation', async () => {
    const dev = await project.npm('run', 'dev');
    await dev.prints('Ctrl-C stops all processes');
    const pid = Number(/reviews +pid (\d+)/.exec(dev.text())![1]);
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    const lost = `reviews (pid ${pid}) was killed by SIGKILL. It restarts when a source file changes, or by: `;
    await dev.prints(lost);
    const [line] = dev.text().split(lost)[1]!.split('\n');
    execFileSync('sh', ['-c', line!], { cwd: project.folder });
    await dev.prints('reviews was restarted with the change.');

    appendFileSync(join(project.folder, 'clients/web/home.graphql'), '\n# Changed.\n');
    await dev.prints('gateway was restarted with the change.');
    expect(dev.text()).not.toContain('users was restarted');
    expect(await dev.stop('SIGINT')).toBe(0);
  });
});
