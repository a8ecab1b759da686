import { Shown, View } from '#libs/view';

/** The payload of `logout`. */
@View('LogoutPayload')
export class LogoutPayload {
  @Shown(() => Boolean)
  ok!: boolean;
}
