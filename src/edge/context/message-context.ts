import { randomUUID } from 'node:crypto';
import { inheritCredentials } from '#gateway/identity/credentials';
import { noted } from '#gateway/edge/tracing/noted-error';
import { attachSpan, type RequestStore, type Span } from '#libs/observe';
import { Context } from '#libs/upstream';

/**
 * Creates the context of a socket message, with a new id and deadline, and the caller of its connection.
 * @param opened the context of the connection
 * @param name of its span, which `endMessage` ends
 * @param timeoutMs the time limit of the message, in milliseconds
 */
export function messageContext(opened: Context, name: string, timeoutMs: number): Context {
  const { trace, caller, client } = opened;
  const log = { ...opened.log, requestId: randomUUID() };
  const context = new Context({ log, trace, caller, client, timeoutMs, span: recordingOf(opened, name, log) });
  inheritCredentials(context, opened);
  return context;
}

/** Ends the span of a message: it has been answered. */
export function endMessage(context: Context, error: string | undefined = noted(context)): void {
  const root = context.recording?.root;
  if (!root || root.endMs !== undefined) return;
  root.attributes['enduser.id'] = context.log.callerId;
  root.attributes['atrium.request_id'] = context.log.requestId;
  if (context.degraded.length)
    root.attributes['atrium.degraded'] = context.degraded.map(({ part, reason }) => `${part}:${reason}`);
  root.end(error);
}

/** Each message has a recording of its own: the connection stays open for hours. */
function recordingOf({ span }: Context, name: string, log: RequestStore): Span | undefined {
  const { requestId } = log;
  const root = span?.recording.branch(span, { name, kind: 'server', requestId }).root;
  if (root) attachSpan(log, root);
  return root;
}
