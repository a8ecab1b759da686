import { Writable } from 'node:stream';
import { watch } from './secrets-in-logs.ts';

/** An in-memory log of lines. */
export class LogLines extends Writable {
  readonly lines: Record<string, unknown>[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      watch(line);
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
    }
    done();
    this.emit('line');
  }

  /** The lines with these members. */
  with(members: Record<string, unknown>): Record<string, unknown>[] {
    return this.lines.filter((line) => Object.entries(members).every(([name, value]) => line[name] === value));
  }

  /** Resolves to the first line with these members. */
  async first(members: Record<string, unknown>): Promise<Record<string, unknown>> {
    for (;;) {
      const [found] = this.with(members);
      if (found) return found;
      await new Promise<void>((resolve) => this.once('line', resolve));
    }
  }
}
