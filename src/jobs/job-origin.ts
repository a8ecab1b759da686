import type { TraceContext } from '#libs/observe';
import { anonymous, type Caller, type Context } from '#libs/upstream';

/** What the run of a job knows of the request that added it. */
export interface JobOrigin {
  requestId?: string;
  /** The span that added it. */
  trace?: TraceContext | undefined;
  caller: Pick<Caller, 'id' | 'scopes'>;
}

/** Notes a request with the jobs that it adds. Its tokens and its session are left out. */
export function originOf({ log, caller, outgoingTrace }: Context): Record<string, unknown> {
  const origin: JobOrigin = {
    requestId: log.requestId,
    trace: outgoingTrace,
    caller: { ...(caller.id !== undefined && { id: caller.id }), scopes: caller.scopes },
  };
  return { ...origin };
}

/** Reads what was noted; of a job that no request added, an anonymous caller. */
export function readOrigin(origin: Readonly<Record<string, unknown>>): JobOrigin {
  const { caller, ...rest } = origin as Partial<JobOrigin>;
  return { ...rest, caller: caller ?? anonymous };
}
