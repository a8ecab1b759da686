import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What the servers wrote of their work: which write was begun and done, how often and where. */
export class WorkFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-neighbours-'));
  readonly path = join(this.folder, 'work.txt');

  constructor() {
    writeFileSync(this.path, '');
  }

  /** `begun` or `done`, the RPC, the id of the write, and the name of the server; a line each. */
  lines(): { what: 'begun' | 'done'; rpc: string; id: string; server: string }[] {
    const lines = readFileSync(this.path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => {
      const [what, rpc, id, server] = line.split(' ') as ['begun' | 'done', string, string, string];
      return { what, rpc, id, server };
    });
  }

  /** Resolves once the work of a write is begun, to the name of its server. */
  async begun(id: string): Promise<string> {
    for (;;) {
      const line = this.lines().find((one) => one.id === id && one.what === 'begun');
      if (line) return line.server;
      await wait(10);
    }
  }

  /** Writes of one client whose work was done twice, and those without a key that were begun twice. */
  twice(client: string): string[] {
    const counts = new Map<string, number>();
    for (const { what, rpc, id } of this.lines()) {
      if (!id.startsWith(`${client}-`) || (what === 'begun' && rpc !== 'CancelOrder')) continue;
      const key = `${what} ${rpc} ${id}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count > 1).map(([key]) => key);
  }

  /** Those of `ids` whose work was not done. */
  undone(ids: readonly string[]): string[] {
    const done = new Set(this.lines().flatMap(({ what, id }) => (what === 'done' ? [id] : [])));
    return ids.filter((id) => !done.has(id));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
