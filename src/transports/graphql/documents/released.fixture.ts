import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReleasedEntry } from './released-operations.ts';

/** A released text, and what its entry has beyond the hash. */
export type ReleasedText = Partial<ReleasedEntry> & { text: string };

/** Folders of operations for specs: of clients, and of what was released. */
export class OperationFolders {
  readonly root = mkdtempSync(join(tmpdir(), 'atrium-operations-'));
  readonly clients = join(this.root, 'clients');
  readonly released = join(this.root, 'released');

  constructor() {
    mkdirSync(join(this.released, 'operations'), { recursive: true });
  }

  /** Writes the operations of today, by id. */
  today(texts: Record<string, string>): this {
    for (const [id, text] of Object.entries(texts)) {
      mkdirSync(join(this.clients, id, '..'), { recursive: true });
      writeFileSync(join(this.clients, `${id}.graphql`), text);
    }
    return this;
  }

  /** Writes released texts and their list. */
  release(...texts: ReleasedText[]): this {
    const entries = texts.map(({ text, ...entry }) => {
      const sha256 = hash('sha256', text);
      writeFileSync(join(this.released, 'operations', `${sha256}.graphql`), text);
      return { sha256, ids: ['web/page'], releases: ['1.0.0'], ...entry };
    });
    return this.list(entries);
  }

  list(entries: unknown): this {
    writeFileSync(join(this.released, 'operations.json'), JSON.stringify(entries));
    return this;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The document id of a text. */
export const idOf = (text: string): string => `sha256:${hash('sha256', text)}`;
