import { type UsersApi, usersDocument } from '#libs/contracts';
import { restClientFor } from '#libs/testing';

/** Any response body of the service. */
export type AnswerBody = Partial<
  UsersApi['User'] &
    UsersApi['UserList'] &
    UsersApi['CredentialCheck'] &
    UsersApi['PasswordChange'] &
    UsersApi['Problem']
>;

/** A client with the gateway's tokens. */
export const clientOf = restClientFor<AnswerBody>('users', usersDocument());

/** The caller ada. */
export const ada = { id: 'u1', scopes: ['profile:read', 'profile:write'] };

/** The caller grace, an admin. */
export const grace = { id: 'u2', scopes: ['admin'] };
