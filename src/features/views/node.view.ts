import { InterfaceView, ViewField } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** An object that can be read by its id alone. */
@InterfaceView('Node', 'An object that can be read by its id alone (Global Object Identification).')
export class NodeView {
  @ViewField(() => ID)
  id!: string;
}
