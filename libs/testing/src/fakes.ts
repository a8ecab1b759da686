import { type ErrorCode, GatewayError } from '#libs/errors';

type Method = (...args: never[]) => unknown;

type MethodOf<Subject> = { [Name in keyof Subject]: Subject[Name] extends Method ? Name : never }[keyof Subject];

type ArgumentsOf<Subject, Name extends keyof Subject> = Subject[Name] extends (...args: infer Given) => unknown
  ? Given
  : never;

/** Records the arguments of every call of a method, which keeps working. */
export function callsOf<Subject extends object, Name extends MethodOf<Subject>>(
  subject: Subject,
  method: Name,
): ArgumentsOf<Subject, Name>[] {
  const calls: ArgumentsOf<Subject, Name>[] = [];
  const original = subject[method] as (...args: unknown[]) => unknown;
  const noted = (...args: ArgumentsOf<Subject, Name>) => {
    calls.push(args);
    return original.apply(subject, args);
  };
  Object.assign(subject, { [method]: noted });
  return calls;
}

/** A method that always fails. */
export function failing(code: ErrorCode = 'UPSTREAM_UNAVAILABLE'): () => Promise<never> {
  return async () => {
    throw new GatewayError(code);
  };
}
