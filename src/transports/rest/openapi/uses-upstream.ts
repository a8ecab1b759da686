import { isPort } from '#gateway/config/provide-upstream';
import type { INestApplicationContext, Type } from '@nestjs/common';

/** TypeScript's metadata of the types of constructor parameters. */
const PARAMETERS = 'design:paramtypes';
/** Nest's metadata of providers with an instance for each dependent, of which there is none to get. */
const SCOPE = 'scope:options';

/**
 * Whether a use case asks an upstream: a port is among its dependencies, or among those of the class that is provided
 * for one of its own abstract dependencies.
 */
export function usesUpstream(app: INestApplicationContext, useCase: Type<unknown>): boolean {
  const seen = new Set<unknown>();
  const calls = (type: object | undefined, depth: number): boolean =>
    dependenciesOf(type).some((token) => {
      if (isPort(token)) return true;
      if (depth === 0 || seen.has(token)) return false;
      seen.add(token);
      return calls(providedFor(app, token), depth - 1);
    });
  return calls(useCase, 2);
}

const dependenciesOf = (type: object | undefined): unknown[] =>
  (type && (Reflect.getMetadata(PARAMETERS, type) as unknown[] | undefined)) ?? [];

function providedFor(app: INestApplicationContext, token: unknown): object | undefined {
  if (typeof token !== 'function' || token === Object) return undefined;
  if ((Reflect.getMetadata(SCOPE, token) as { scope?: unknown } | undefined)?.scope) return token;
  try {
    return (app.get(token, { strict: false }) as object).constructor;
  } catch {
    // A dependency that is injected under another token has no class that could be asked.
    return undefined;
  }
}
