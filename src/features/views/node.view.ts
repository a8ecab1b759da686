import { InterfaceView, Shown } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** What can be asked for again by its id alone. */
@InterfaceView('Node', 'What can be asked for again by its id alone (Global Object Identification).')
export class NodeView {
  @Shown(() => ID)
  id!: string;
}
