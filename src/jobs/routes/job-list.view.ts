import { JobView } from '#gateway/jobs/job.view';
import { RestView, ViewField } from '#libs/view';

/** One page of the caller's jobs. */
@RestView('JobList')
export class JobListView {
  @ViewField(() => [JobView])
  items!: JobView[];

  @ViewField(() => String, { nullable: true, description: 'The `after` of the next page; null on the last.' })
  nextCursor!: string | null;
}
