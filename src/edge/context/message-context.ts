import { randomUUID } from 'node:crypto';
import { inheritCredentials } from '#gateway/identity/credentials';
import { Context } from '#libs/upstream';

/**
 * The context of a message on a socket: a request of its own, with a new id and a new deadline, by the caller of its
 * connection.
 * @param opened the context of the connection
 * @param timeoutMs how long the message may take, in milliseconds
 */
export function messageContext(opened: Context, timeoutMs: number): Context {
  const { log, trace, caller, client } = opened;
  const context = new Context({ log: { ...log, requestId: randomUUID() }, trace, caller, client, timeoutMs });
  inheritCredentials(context, opened);
  return context;
}
