import { ViewField, View } from '#libs/view';
import { UserView } from './user.view.ts';

/** The payload of `updateProfile`. */
@View('UpdateProfilePayload')
export class UpdateProfilePayload {
  @ViewField(() => UserView)
  user!: UserView;
}

/** The payload of `deleteAccount`. */
@View('DeleteAccountPayload')
export class DeleteAccountPayload {
  @ViewField(() => Boolean)
  ok!: boolean;
}
