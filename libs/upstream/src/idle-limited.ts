import { GatewayError } from '#libs/errors';
import type { AnswerStream } from './answer-stream.ts';

/**
 * Ends a stream that is silent for too long while it is being read. A reader that takes its time is not counted.
 * @param idleMs the longest wait for the next answer, in milliseconds
 * @throws {GatewayError} UPSTREAM_TIMEOUT, from the read that waited
 */
export function idleLimited<Answer>(stream: AnswerStream<Answer>, idleMs: number): AnswerStream<Answer> {
  return {
    opened: stream.opened,
    close: () => stream.close(),
    async *[Symbol.asyncIterator]() {
      let isSilent = false;
      const silent = () => {
        isSilent = true;
        stream.close();
      };
      let timer = setTimeout(silent, idleMs).unref();
      try {
        for await (const answer of stream) {
          clearTimeout(timer);
          yield answer;
          timer = setTimeout(silent, idleMs).unref();
        }
      } finally {
        clearTimeout(timer);
      }
      if (isSilent) {
        throw new GatewayError('UPSTREAM_TIMEOUT', { cause: `no answer of a stream came in ${idleMs} ms` });
      }
    },
  };
}
