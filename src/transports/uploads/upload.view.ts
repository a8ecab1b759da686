import type { UploadRecord } from '#gateway/files/uploads/upload-record';
import { offsetOf } from '#gateway/files/uploads/upload-record';
import { DateTime, SafeInt, RestView, ViewField } from '#libs/view';

/** An upload of the caller. */
@RestView('Upload')
export class UploadView {
  @ViewField(() => String)
  id!: string;

  @ViewField(() => SafeInt, { description: 'How many bytes were received.' })
  offset!: number;

  @ViewField(() => SafeInt, {
    nullable: true,
    description: 'The size of the whole file in bytes, once it is known.',
  })
  length!: number | null;

  @ViewField(() => Boolean, { description: 'Whether the file was received and inspected, and can be used.' })
  isComplete!: boolean;

  @ViewField(() => String, {
    nullable: true,
    description: 'The media type: as found once it is complete, before as declared.',
  })
  type!: string | null;

  @ViewField(() => DateTime, { description: 'When it is deleted, unless it was used.' })
  expiresAt!: string;
}

/** The view of an upload. */
export const uploadView = (record: UploadRecord): UploadView => ({
  id: record.id,
  offset: record.keptAs === undefined ? offsetOf(record) : (record.length ?? 0),
  length: record.length ?? null,
  isComplete: record.isComplete,
  type: record.foundType ?? record.type ?? null,
  expiresAt: new Date(record.expiresAt).toISOString(),
});
