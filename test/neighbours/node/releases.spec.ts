import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Output, outputOf } from '#libs/testing';
import { launcherPorts } from '#test/support/launcher-ports';
import { describeWith } from '#test/support/neighbours/describe-with';
import { ProjectCopy } from '#test/system/project-copy';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { node22, node24 } from './programs.ts';

// Its build alone takes minutes on a busy machine.
jest.setTimeout(400_000);

const CREDENTIALS = { email: 'ada@example.com', password: 'analytical-engine' };

/** The warnings of each release: 22 has no others, and needs no other code. */
const RELEASES = [
  { release: node24, warnings: [] },
  { release: node22, warnings: ['SQLite is an experimental feature and might change at any time'] },
];

describe.each(RELEASES)('the project on another Node', ({ release, warnings }) => {
  describeWith([release], release.name, () => {
    // Each release has a build of its own.
    const project = new ProjectCopy();
    let launcher: ChildProcess;
    let output: Output;
    let url: string;
    let authorization: string | undefined;

    beforeAll(async () => {
      const ports = await launcherPorts();
      url = `http://127.0.0.1:${ports['PORT']}`;
      const PATH = `${release.folder}:${process.env['PATH']}`;
      launcher = spawn(join(release.folder, 'node'), ['-C', 'atrium', 'tools/start.ts'], {
        cwd: project.folder,
        env: { PATH, HOME: process.env['HOME'], ...ports },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      output = outputOf(launcher);
      await output.waitFor('Ctrl-C stops all processes');
      const { accessToken } = await json<{ accessToken: string }>('/v1/auth/login', CREDENTIALS);
      authorization = `Bearer ${accessToken}`;
    });
    afterAll(() => {
      launcher?.kill('SIGKILL');
      project.remove();
    });

    /** Gets a resource, or posts to it. @throws {Error} if it is refused */
    async function request(path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
      const headers = { ...(authorization ? { authorization } : {}), 'content-type': 'application/json', ...more };
      const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(url + path, { headers, ...posted });
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return answer;
    }
    const json = async <Body>(...given: Parameters<typeof request>) =>
      (await (await request(...given)).json()) as Body;

    it('is built, and serves a whole page over REST and GraphQL', async () => {
      const home = await json<object>('/v1/home');
      expect(home).toMatchObject({ user: { email: CREDENTIALS.email }, degraded: [] });
      const query = '{ home { user { email } recentOrders { id } } }';
      const { data } = await json<{ data: object }>('/graphql', { query });
      expect(data).toMatchObject({ home: { user: { email: CREDENTIALS.email } } });
    });

    it('takes an order, and streams its progress', async () => {
      const lines = [{ productId: 'p1', quantity: 1 }];
      const key = { 'idempotency-key': '"one"' };
      const { id } = await json<{ id: string }>('/v1/orders', { lines }, key);
      expect(await json('/v1/orders', { lines }, key)).toMatchObject({ id });
      const events = await request(`/v1/orders/${id}/events`, undefined, { accept: 'text/event-stream' });
      const { value } = await events.body!.pipeThrough(new TextDecoderStream()).getReader().read();
      expect(value).toMatch(/^retry: \d+\n/);
      await events.body?.cancel().catch(() => {});
    });

    it('ends with 0 at Ctrl-C, and has written no warning that is not listed here', async () => {
      const ended = once(launcher, 'exit');
      launcher.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
      const found = [...output.text().matchAll(/^\(node:\d+\) (?:\w*Warning: |\[DEP\d+\] )(.*)$/gm)];
      expect([...new Set(found.map(([, text]) => text))]).toEqual(warnings);
    });
  });
});
