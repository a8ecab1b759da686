import type { Degraded } from '#libs/upstream';
import { enumeration, Shown, View } from '#libs/view';
import { Int } from '@nestjs/graphql';

/** Why a part is missing. */
export const DegradedReason = enumeration(
  'DegradedReason',
  ['UNAVAILABLE', 'TIMEOUT', 'OVERLOADED', 'BAD_RESPONSE', 'STALE'],
  'Why a part of an answer is missing, or old.',
);

/** A part of the answer that could not be had. */
@View('Degraded', 'A part of the answer that could not be had: it is null, unless the reason is STALE.')
export class DegradedView implements Degraded {
  @Shown(() => String, { description: 'Path of the part in the answer, for example `recentOrders`.' })
  part!: string;

  @Shown(() => DegradedReason)
  reason!: Degraded['reason'];

  @Shown(() => Int, {
    nullable: true,
    omitted: true,
    description: 'How old what is shown instead is, in seconds.',
  })
  ageSeconds?: number;
}
