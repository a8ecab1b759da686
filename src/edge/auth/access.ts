import { applyDecorators, SetMetadata } from '@nestjs/common';
import { Extensions } from '@nestjs/graphql';
import { ApiExtension } from '@nestjs/swagger';

/** Who may come through a door. */
export interface Access {
  /** Needs no token. One that is sent must still be valid. */
  isPublic?: boolean;
  /** Does not even look at a token: for those who come because theirs has expired. */
  ignoresToken?: boolean;
  /** Scopes the caller must have, all of them. */
  scopes?: readonly string[];
}

/** The metadata of `@Public` and `@Scopes`: on REST handlers, and in the `extensions` of GraphQL fields. */
export const ACCESS = 'access';

const declare = (access: Access) =>
  applyDecorators(
    SetMetadata(ACCESS, access),
    Extensions({ [ACCESS]: access }),
    ApiExtension('x-atrium-public', access.isPublic ?? false),
  );

/** Opens a door to everyone. Without this, a door is for those with a valid token alone. */
export const Public = (options: Pick<Access, 'ignoresToken'> = {}) => declare({ isPublic: true, ...options });

/** Narrows a door to callers with all of these scopes. */
export const Scopes = (...scopes: string[]) => declare({ scopes });
