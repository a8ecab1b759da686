import { RestView, Shown } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** The user who is logged in, in a browser. */
@RestView('BrowserSession')
export class BrowserSessionView {
  @Shown(() => ID)
  userId!: string;

  @Shown(() => [String], { description: 'The scopes of the user.' })
  scopes!: string[];
}
