import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FrontEnd } from './front-end/src/front-end.ts';

/** The front ends, by the folder they are in. */
export const FRONT_ENDS = ['urql', 'apollo', 'relay', 'graphql-request'] as const;
export type FrontEndName = (typeof FRONT_ENDS)[number];

/** Relay's generated code wants a bundler, or this. */
const PRELOADS: Partial<Record<FrontEndName, string>> = { relay: 'src/relay/resolve.ts' };

type MethodOf<Name extends keyof FrontEnd> = NonNullable<FrontEnd[Name]>;
type Given<Name extends keyof FrontEnd> = Parameters<MethodOf<Name>>[0];
type Answer<Name extends keyof FrontEnd> = Awaited<ReturnType<MethodOf<Name>>>;

/** A front end in a process of its own, with nothing of ours but what it serves. */
export class FrontEndProcess {
  private readonly waiting = new Map<number, (message: { answer?: unknown; failure?: string }) => void>();
  private lastId = 0;

  private constructor(
    readonly name: FrontEndName,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (message: { id: number; answer?: unknown; failure?: string }) =>
      this.waiting.get(message.id)?.(message),
    );
  }

  /** Resolves once it serves. @throws {Error} where it does not get that far */
  static async start(name: FrontEndName, folder: string): Promise<FrontEndProcess> {
    const preload = PRELOADS[name];
    const child = fork(join(folder, 'src', name, 'main.ts'), {
      cwd: folder,
      execArgv: ['--no-warnings', ...(preload ? ['--import', join(folder, preload)] : [])],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} did not start: exit code ${code}`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
    return new FrontEndProcess(name, child);
  }

  /** Asks it to do something. @returns what it would show @throws {Error} where it failed, with its stack */
  async call<Name extends keyof FrontEnd>(name: Name, given?: Given<Name>): Promise<Answer<Name>> {
    const id = (this.lastId += 1);
    const answered = new Promise<{ answer?: unknown; failure?: string }>((resolve) =>
      this.waiting.set(id, resolve),
    );
    this.child.send({ id, method: name, given });
    const { answer, failure } = await answered;
    this.waiting.delete(id);
    if (failure !== undefined) throw new Error(`${this.name} ${name}: ${failure}`);
    return answer as Answer<Name>;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
