import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '#libs/testing';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { ProjectCopy } from './project-copy.ts';

jest.setTimeout(180_000);

describe('npm start', () => {
  const project = new ProjectCopy();
  afterAll(() => project.remove());

  it('builds what was broken off anew, and nothing that is there', async () => {
    const first = await project.npm('start');
    await first.prints('Building');
    await eventually(() => existsSync(join(project.folder, 'dist/src/main.js')));
    await first.stop('SIGKILL');

    const second = await project.npm('start');
    await second.prints('Ctrl-C stops all processes');
    expect(second.text()).toContain('Building');
    expect(await second.stop('SIGINT')).toBe(0);

    const third = await project.npm('start');
    await third.prints('Ctrl-C stops all processes');
    expect(third.text()).not.toContain('Building');
    expect(await third.stop('SIGINT')).toBe(0);
  });
});
