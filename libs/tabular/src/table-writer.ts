import { Transform, type TransformCallback } from 'node:stream';

/** A chunk is that of a batch, some 20 kB: more of them would only be held. */
const READ_AHEAD_BYTES = 16_384;

/**
 * Writes batches of rows as the bytes of a file. It takes one batch at a time: a reader that stops holds its source
 * back after the next one.
 */
export abstract class TableWriter<Row> extends Transform {
  /** The number of rows written. */
  rows = 0;
  /** The last row written. */
  protected last: Row | undefined;

  constructor() {
    super({ writableObjectMode: true, writableHighWaterMark: 1, readableHighWaterMark: READ_AHEAD_BYTES });
  }

  override _transform(batch: readonly Row[], _encoding: BufferEncoding, done: TransformCallback): void {
    let text: string;
    try {
      text = this.textOf(batch);
    } catch (error) {
      return done(error as Error);
    }
    this.rows += batch.length;
    this.last = batch.at(-1) ?? this.last;
    done(null, text);
  }

  override _flush(done: TransformCallback): void {
    done(null, this.ending());
  }

  /** The text of the next rows. `this.rows` counts those before them. */
  protected abstract textOf(batch: readonly Row[]): string;

  /** The text after the last row. */
  protected abstract ending(): string;
}
