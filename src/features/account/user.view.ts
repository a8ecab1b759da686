import { NodeView } from '#gateway/features/views/node.view';
import { ViewField, View } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** The caller's own profile. */
@View('User', { implements: [NodeView] })
export class UserView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => String)
  name!: string;

  @ViewField(() => String)
  email!: string;

  @ViewField(() => String, { nullable: true })
  avatarUrl!: string | null;
}
