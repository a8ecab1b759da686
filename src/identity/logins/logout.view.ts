import { ViewField, View } from '#libs/view';

/** The payload of `logout`. */
@View('LogoutPayload')
export class LogoutPayload {
  @ViewField(() => Boolean)
  ok!: boolean;
}
