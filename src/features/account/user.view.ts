import { NodeView } from '#gateway/features/views/node.view';
import { Shown, View } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** The caller's own profile. */
@View('User', { implements: [NodeView] })
export class UserView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => String)
  name!: string;

  @Shown(() => String)
  email!: string;

  @Shown(() => String, { nullable: true })
  avatarUrl!: string | null;
}
