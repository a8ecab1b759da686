import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { gone } from '#libs/testing';
import { ProjectCopy } from './project-copy.ts';

jest.setTimeout(400_000);

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

    // A checkout has no build, so the scripts of /docs were bundled at the start.
    const url = /http:\/\/127\.0\.0\.1:\d+(?=\/graphql)/.exec(dev.text())![0];
    const styleOfDocs = async () => {
      const page = await (await fetch(`${url}/docs`, { headers: { accept: 'text/html' } })).text();
      return fetch(`${url}${/<link rel="stylesheet" href="([^"]+)"/.exec(page)![1]}`);
    };
    expect((await styleOfDocs()).status).toBe(200);
    appendFileSync(join(project.folder, 'clients/portal/style.css'), '\n.added-by-a-test { color: red }\n');
    await dev.prints('Bundling the scripts of /docs, which takes some seconds.', 2);
    await dev.prints('gateway was restarted with the change.', 2);
    expect(await (await styleOfDocs()).text()).toContain('.added-by-a-test');
    expect(await dev.stop('SIGINT')).toBe(0);
  });
});
