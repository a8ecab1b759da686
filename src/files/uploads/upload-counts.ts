import { Injectable } from '@nestjs/common';

/** How uploads end. One that is refused, cancelled or expired is deleted. */
const UPLOAD_ENDS = ['complete', 'refused', 'cancelled', 'expired'] as const;

/** How an upload has ended. */
export type UploadEnd = (typeof UPLOAD_ENDS)[number];

/** Counts the uploads of this process; `operations/upload-metrics.ts` exposes the counts. */
@Injectable()
export class UploadCounts {
  started = 0;
  /** Requests that went on with an upload of which something was there. */
  resumed = 0;
  /** The bytes that were stored. */
  bytes = 0;
  readonly ended = new Map<UploadEnd, number>(UPLOAD_ENDS.map((end) => [end, 0]));

  /** Notes uploads that have ended. */
  end(how: UploadEnd, count = 1): void {
    this.ended.set(how, this.ended.get(how)! + count);
  }
}
