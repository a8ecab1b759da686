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

/** Maps each answer of a stream. @param explain throws the error to put in the place of one of the stream */
export function translated<Theirs, Ours>(
  stream: AnswerStream<Theirs>,
  translate: (one: Theirs) => Ours,
  explain?: (error: unknown) => never,
): AnswerStream<Ours> {
  return {
    opened: stream.opened,
    close: () => stream.close(),
    async *[Symbol.asyncIterator]() {
      try {
        for await (const one of stream) yield translate(one);
      } catch (error) {
        explain?.(error);
        throw error;
      }
    },
  };
}
