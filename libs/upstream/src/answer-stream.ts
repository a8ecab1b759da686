/** Answers that come one after the other, for as long as there are any. To be read once. */
export interface AnswerStream<Answer> extends AsyncIterable<Answer> {
  /**
   * Resolves when the server has begun to answer, with headers or with a first message; rejects where the stream fails before.
   * Undefined for a stream that is made only then.
   */
  readonly opened?: Promise<void>;
  /** Ends it, where nobody reads on; at once, whatever is waited for. */
  close(): void;
}

/** The same in other words. */
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
