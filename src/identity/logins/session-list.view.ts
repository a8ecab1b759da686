import { DateTime, enumeration, RestView, Shown } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** What a client holds of its session. */
export const SessionKind = enumeration(
  'SessionKind',
  ['APP', 'BROWSER'],
  'What the client of a session holds: tokens, or a cookie.',
);

/** A session of the caller. */
@RestView('Session')
export class SessionView {
  @Shown(() => ID)
  id!: string;

  @Shown(() => SessionKind)
  kind!: 'APP' | 'BROWSER';

  @Shown(() => Boolean, { description: 'Whether the request was made with it.' })
  isCurrent!: boolean;

  @Shown(() => DateTime)
  createdAt!: string;

  @Shown(() => DateTime)
  usedAt!: string;

  @Shown(() => DateTime, { description: 'When it expires unless it is used.' })
  expiresAt!: string;

  @Shown(() => String, { description: 'The `User-Agent` of the client; may be empty.' })
  userAgent!: string;

  @Shown(() => String, { description: 'The IP address it was opened from.' })
  address!: string;
}

/** One page of a user's sessions. */
@RestView('SessionList')
export class SessionListView {
  @Shown(() => [SessionView])
  items!: SessionView[];

  @Shown(() => String, { nullable: true, description: '`after` of the next page; null on the last.' })
  nextCursor!: string | null;
}
