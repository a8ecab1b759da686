import { bytesOf, type Columns, columnsOf, type Shape } from './recording.ts';

/** The records of one chunk. */
const CHUNK = 1_024;

interface Chunk<S extends Shape> {
  columns: Columns<S>;
  length: number;
  /** When its last record was added, by `performance.now()`. */
  lastAt: number;
}

/**
 * A log of records by columns, in chunks of 1,024: those older than `keepMs` are dropped, and the oldest where there are
 * more than `maxBytes`. It holds nothing before its first record.
 */
export class ColumnLog<S extends Shape> {
  private chunks: Chunk<S>[] = [];
  private readonly chunkBytes: number;
  private readonly maxChunks: number;

  constructor(
    private readonly shape: S,
    private readonly keepMs: number,
    maxBytes: number,
  ) {
    this.chunkBytes = CHUNK * bytesOf(shape);
    this.maxChunks = Math.max(2, Math.floor(maxBytes / this.chunkBytes));
  }

  /** The memory that it holds, in bytes. */
  get bytes(): number {
    return this.chunks.length * this.chunkBytes;
  }

  /** Makes room for one record. @returns its columns, and its place in them */
  add(now: number): { columns: Columns<S>; row: number } {
    let chunk = this.chunks.at(-1);
    if (!chunk || chunk.length === CHUNK) this.chunks.push((chunk = this.nextChunk(now)));
    chunk.lastAt = now;
    return { columns: chunk.columns, row: chunk.length++ };
  }

  /** A copy of all records of the last `keepMs`, the oldest first; they are dropped here by whole chunks only. */
  copy(now: number): Columns<S> {
    this.dropOld(now);
    const total = this.chunks.reduce((sum, { length }) => sum + length, 0);
    const copy = columnsOf(this.shape, total);
    for (const [name, column] of Object.entries(copy)) {
      let at = 0;
      for (const { columns, length } of this.chunks) {
        column.set(columns[name]!.subarray(0, length), at);
        at += length;
      }
    }
    return copy;
  }

  /** A new chunk, or the oldest, emptied, where no more may be made. */
  private nextChunk(now: number): Chunk<S> {
    this.dropOld(now);
    const oldest = this.chunks.length >= this.maxChunks ? this.chunks.shift() : undefined;
    return { columns: oldest?.columns ?? columnsOf(this.shape, CHUNK), length: 0, lastAt: now };
  }

  private dropOld(now: number): void {
    while (this.chunks[0] && this.chunks[0].lastAt < now - this.keepMs) this.chunks.shift();
  }
}
