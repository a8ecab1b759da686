import { Shown, View } from '#libs/view';
import { UserView } from './user.view.ts';

/** What `updateProfile` answers. */
@View('UpdateProfilePayload')
export class UpdateProfilePayload {
  @Shown(() => UserView)
  user!: UserView;
}
