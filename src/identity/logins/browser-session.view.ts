import { RestView, ViewField } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** The user who is logged in, in a browser. */
@RestView('BrowserSession')
export class BrowserSessionView {
  @ViewField(() => ID)
  userId!: string;

  @ViewField(() => [String], { description: 'The scopes of the user.' })
  scopes!: string[];
}
