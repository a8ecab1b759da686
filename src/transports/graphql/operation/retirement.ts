import { z } from 'zod';

/** RFC 3339, `full-date`: the day in UTC. */
const day = z.iso.date({ error: 'must be a date such as 2027-01-31' });

/** How `released/operations.json` declares that an operation ends. */
export const retirement = z
  .strictObject({
    /** The day since which clients are told, by `Deprecation` (RFC 9745). */
    since: day,
    /** The day on which it ends, at 00:00 UTC, by `Sunset` (RFC 8594). */
    sunset: day,
    /** What users of the operation can do: the URL of a page. */
    link: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).exactOptional(),
  })
  .refine(({ since, sunset }) => since < sunset, {
    path: ['sunset'],
    error: 'must be later than `since`: clients are told before',
  });

/** The announced end of an operation. */
export type Retirement = z.infer<typeof retirement>;
