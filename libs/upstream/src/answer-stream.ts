/** A stream of answers. It can be read once. */
export interface AnswerStream<Answer> extends AsyncIterable<Answer> {
  /**
   * Resolves when the server has begun to answer, with headers or a first message; rejects if the stream fails
   * before. Undefined for a stream that is created only then.
   */
  readonly opened?: Promise<void>;
  /** Closes the stream at once, also while a read is pending. */
  close(): void;
}

/** Maps each answer of a stream. */
export function translated<Theirs, Ours>(
  stream: AnswerStream<Theirs>,
  translate: (one: Theirs) => Ours,
): AnswerStream<Ours> {
  return {
    opened: stream.opened,
    close: () => stream.close(),
    async *[Symbol.asyncIterator]() {
      for await (const one of stream) yield translate(one);
    },
  };
}
