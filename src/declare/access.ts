import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';
import { ApiExtension } from '@nestjs/swagger';
import { declareRoute } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** The access rules of a handler or a use case. */
export interface Access {
  /** Needs no token. A token that is sent must still be valid. */
  isPublic?: boolean;
  /** Skips token verification, for clients whose token has expired. */
  ignoresToken?: boolean;
  /** Accepts only requests from this gateway's pages, because it reads or sets cookies. See `browser/from-page.ts`. */
  isForPages?: boolean;
  /** The scopes that the caller must have, all of them. */
  scopes?: readonly string[];
  /** How recent and how strong the caller's authentication must be. */
  recentLogin?: LoginRequirement;
}

/** A step-up authentication requirement (RFC 9470). */
export interface LoginRequirement {
  /** The maximum age of the login, in seconds. */
  maxAgeSeconds: number;
  /** The accepted authentication context classes (`acr`), any one of them. */
  acrValues?: readonly string[];
}

/** The metadata key of access rules: on use cases, on handlers, and in the `extensions` of GraphQL fields. */
export const ACCESS = 'access';

/** Adds access rules to those declared before. */
export const declareAccess =
  (access: Access): ClassDecorator & MethodDecorator =>
  (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const before = Reflect.getOwnMetadata(ACCESS, descriptor?.value ?? target) as Access | undefined;
    const whole = { ...before, ...access };
    SetMetadata(ACCESS, whole)(target, name!, descriptor!);
    if (!descriptor) return;
    applyDecorators(
      Extensions({ [ACCESS]: whole }),
      ApiExtension('x-atrium-public', whole.isPublic ?? false),
      declareRoute({ access: whole }),
    )(target, name!, descriptor);
  };

/** Opens a use case, or a handler without one, to anonymous callers. Without this, a valid token is required. */
export const Public = (options: Pick<Access, 'ignoresToken' | 'isForPages'> = {}) =>
  declareAccess({ isPublic: true, ...options });

/** Requires all of these scopes; without arguments, any valid token. */
export const Scopes = (...scopes: string[]) => declareAccess({ scopes });

/** Requires a recent login, over any transport; other callers are asked to log in again (RFC 9470). */
export const Fresh = (requirement: LoginRequirement) => declareAccess({ recentLogin: requirement });

/** The access rules of several handlers that answer one request: a caller who meets them meets those of each. */
export function joinedAccess(all: readonly (Access | undefined)[]): Access {
  const rules = all.map((access) => access ?? {});
  const recentLogin = rules.reduce<LoginRequirement | undefined>(stricter, undefined);
  return {
    isPublic: rules.every(({ isPublic = false }) => isPublic),
    ignoresToken: rules.length > 0 && rules.every(({ ignoresToken = false }) => ignoresToken),
    isForPages: rules.some(({ isForPages = false }) => isForPages),
    scopes: [...new Set(rules.flatMap(({ scopes = [] }) => scopes))],
    ...(recentLogin ? { recentLogin } : {}),
  };
}

function stricter(
  one: LoginRequirement | undefined,
  { recentLogin: other }: Access,
): LoginRequirement | undefined {
  if (!one || !other) return one ?? other;
  const [some, others] = [one.acrValues, other.acrValues];
  const acrValues = some && others ? some.filter((acr) => others.includes(acr)) : (some ?? others);
  return { maxAgeSeconds: Math.min(one.maxAgeSeconds, other.maxAgeSeconds), ...(acrValues ? { acrValues } : {}) };
}
