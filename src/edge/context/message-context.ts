import { randomUUID } from 'node:crypto';
import { inheritCredentials } from '#gateway/identity/credentials';
import { Context } from '#libs/upstream';

/**
 * Creates the context of a socket message, with a new id and deadline, and the caller of its connection.
 * @param opened the context of the connection
 * @param timeoutMs the time limit of the message, in milliseconds
 */
export function messageContext(opened: Context, timeoutMs: number): Context {
  const { log, trace, caller, client } = opened;
  const context = new Context({ log: { ...log, requestId: randomUUID() }, trace, caller, client, timeoutMs });
  inheritCredentials(context, opened);
  return context;
}
