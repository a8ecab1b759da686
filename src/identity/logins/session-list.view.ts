import { DateTime, enumeration, RestView, ViewField } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** What a client holds of its session. */
const SessionKind = enumeration(
  'SessionKind',
  ['APP', 'BROWSER'],
  'What the client of a session holds: tokens, or a cookie.',
);

/** A session of the caller. */
@RestView('Session')
export class SessionView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => SessionKind)
  kind!: 'APP' | 'BROWSER';

  @ViewField(() => Boolean, { description: 'Whether the request was made with it.' })
  isCurrent!: boolean;

  @ViewField(() => DateTime)
  createdAt!: string;

  @ViewField(() => DateTime)
  usedAt!: string;

  @ViewField(() => DateTime, { description: 'When it expires unless it is used.' })
  expiresAt!: string;

  @ViewField(() => String, { description: 'The `User-Agent` of the client; may be empty.' })
  userAgent!: string;

  @ViewField(() => String, { description: 'The IP address it was opened from.' })
  address!: string;
}

/** One page of a user's sessions. */
@RestView('SessionList')
export class SessionListView {
  @ViewField(() => [SessionView])
  items!: SessionView[];

  @ViewField(() => String, { nullable: true, description: '`after` of the next page; null on the last.' })
  nextCursor!: string | null;
}
