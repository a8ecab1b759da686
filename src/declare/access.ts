import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';
import { ApiExtension } from '@nestjs/swagger';

/** Who may ask. */
export interface Access {
  /** Needs no token. One that is sent must still be valid. */
  isPublic?: boolean;
  /** Does not even look at a token: for those who come because theirs has expired. */
  ignoresToken?: boolean;
  /** Only for requests that a page of ours made: it sends or sets cookies. See `browser/from-page.ts`. */
  isForPages?: boolean;
  /** Scopes the caller must have, all of them. */
  scopes?: readonly string[];
  /** How recently, and how well, the caller must have proved who they are. */
  fresh?: Freshness;
}

/** What a caller must have done lately (RFC 9470). */
export interface Freshness {
  /** Since they logged in, in seconds. */
  maxAgeSeconds: number;
  /** How they must have done so: one of these, as issuers say it in `acr`. */
  acrValues?: readonly string[];
}

/** The metadata of who may ask: on use cases, on the doors that lead there, and in the `extensions` of GraphQL fields. */
export const ACCESS = 'access';

/** Says who may ask, beside what was said before. */
export const declareAccess =
  (access: Access): ClassDecorator & MethodDecorator =>
  (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const before = Reflect.getOwnMetadata(ACCESS, descriptor?.value ?? target) as Access | undefined;
    const whole = { ...before, ...access };
    SetMetadata(ACCESS, whole)(target, name!, descriptor!);
    if (!descriptor) return;
    const doors = [Extensions({ [ACCESS]: whole }), ApiExtension('x-atrium-public', whole.isPublic ?? false)];
    applyDecorators(...doors)(target, name!, descriptor);
  };

/** Opens a use case, or a door without one, to everyone. Without this, it is for those with a valid token alone. */
export const Public = (options: Pick<Access, 'ignoresToken' | 'isForPages'> = {}) =>
  declareAccess({ isPublic: true, ...options });

/** For callers with all of these scopes; with none named, for every caller with a valid token. */
export const Scopes = (...scopes: string[]) => declareAccess({ scopes });

/** For callers who have logged in a moment ago, by whatever door: all others are told to log in again (RFC 9470). */
export const Fresh = (fresh: Freshness) => declareAccess({ fresh });
