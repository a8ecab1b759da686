import type { MessageStream } from './channel.ts';
import type { GrpcFailure } from './failure.ts';

/** A stream that is reopened transparently if the server has not processed the call. */
export function reopening<Message>(
  first: MessageStream<Message>,
  mayReopen: (failure: GrpcFailure) => boolean,
  reopen: () => Promise<MessageStream<Message>>,
): MessageStream<Message> {
  let current = first;
  let isClosed = false;
  const begun = async (): Promise<void> => {
    try {
      await current.opened;
    } catch (failure) {
      if (isClosed || !mayReopen(failure as GrpcFailure)) throw failure;
      current = await reopen();
      if (isClosed) current.close();
      await begun();
    }
  };
  const opened = begun();
  opened.catch(() => {});
  return {
    opened,
    close() {
      isClosed = true;
      current.close();
    },
    async *[Symbol.asyncIterator]() {
      try {
        await opened;
      } catch (failure) {
        if (isClosed) return;
        throw failure;
      }
      yield* current;
    },
  };
}

/** The same stream with decoded messages. */
export function decoded<Message>(
  stream: MessageStream<Buffer>,
  decode: (bytes: Buffer) => Message,
): MessageStream<Message> {
  return {
    opened: stream.opened,
    close: () => stream.close(),
    async *[Symbol.asyncIterator]() {
      for await (const bytes of stream) yield decode(bytes);
    },
  };
}
