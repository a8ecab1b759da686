import { DateTime, SafeInt, RestView, ViewField } from '#libs/view';
import { ID } from '@nestjs/graphql';

/** A file at an order. */
@RestView('Attachment')
export class AttachmentView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => String)
  name!: string;

  @ViewField(() => String, { description: 'The media type, as found by its content.' })
  type!: string;

  @ViewField(() => SafeInt, { description: 'In bytes.' })
  size!: number;

  @ViewField(() => DateTime)
  addedAt!: string;

  @ViewField(() => String, { description: 'A link to the file, for a quarter of an hour, which needs no token.' })
  url!: string;
}

/** The files at an order. */
@RestView('AttachmentList')
export class AttachmentListView {
  @ViewField(() => [AttachmentView])
  items!: AttachmentView[];
}
