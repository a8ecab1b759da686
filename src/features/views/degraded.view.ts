import type { Degraded } from '#libs/upstream';
import { enumeration, ViewField, View } from '#libs/view';
import { Int } from '@nestjs/graphql';

/** The reasons of degraded parts. */
export const DegradedReason = enumeration(
  'DegradedReason',
  ['UNAVAILABLE', 'TIMEOUT', 'OVERLOADED', 'BAD_RESPONSE', 'STALE'],
  'The reason why a part of a response is missing or stale.',
);

/** A missing or stale part of a response. */
@View('Degraded', 'A missing or stale part of a response: it is null, unless the reason is STALE.')
export class DegradedView implements Degraded {
  @ViewField(() => String, { description: 'The path of the part in the response, for example `recentOrders`.' })
  part!: string;

  @ViewField(() => DegradedReason)
  reason!: Degraded['reason'];

  @ViewField(() => Int, {
    nullable: true,
    omitted: true,
    description: 'The age of a stale part, in seconds.',
  })
  ageSeconds?: number;
}
