import { Shown, View } from '#libs/view';

/** What `logout` answers. */
@View('LogoutPayload')
export class LogoutPayload {
  @Shown(() => Boolean)
  ok!: boolean;
}
