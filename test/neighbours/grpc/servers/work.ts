import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** The work that writes do, in a file that outlives its server, as `work.py` keeps it. */
export class Work {
  private readonly done: Set<string>;

  constructor(
    private readonly file: string,
    private readonly name: string,
  ) {
    const lines = readFileSync(file, 'utf8').split('\n');
    this.done = new Set(lines.flatMap((line) => (line.startsWith('done ') ? [line.split(' ')[2]!] : [])));
  }

  /** Does the work of one write; with a key once. The id says how long it takes: `slow-1500-…` is 1.5 s. */
  async run(rpc: string, id: string, hasKey: boolean): Promise<void> {
    if (hasKey && this.done.has(id)) return;
    this.write('begun', rpc, id);
    const [, slowMs] = /^slow-(\d+)-/.exec(id) ?? [];
    if (slowMs) await wait(Number(slowMs));
    if (hasKey && this.done.has(id)) return;
    this.done.add(id);
    this.write('done', rpc, id);
  }

  private write(what: string, rpc: string, id: string): void {
    appendFileSync(this.file, `${what} ${rpc} ${id} ${this.name}\n`);
  }
}
