import { type UsersApi, usersDocument } from '#libs/contracts';
import { restClientFor } from '#libs/testing';

/** Any body the service answers with. */
export type AnswerBody = Partial<
  UsersApi['User'] &
    UsersApi['UserList'] &
    UsersApi['CredentialCheck'] &
    UsersApi['PasswordChange'] &
    UsersApi['Problem']
>;

/** A client as the gateway is one. */
export const clientOf = restClientFor<AnswerBody>('users', usersDocument());

/** ada, as the gateway tells of her. */
export const ada = { id: 'u1', scopes: ['profile:read', 'profile:write'] };

/** grace, who is an admin. */
export const grace = { id: 'u2', scopes: ['admin'] };
