import { ViewField, View } from '#libs/view';
import { UserView } from './user.view.ts';

/** The payload of `updateProfile`. */
@View('UpdateProfilePayload')
export class UpdateProfilePayload {
  @ViewField(() => UserView)
  user!: UserView;
}
