import type { JobListRequest } from '#gateway/operations/jobs/job-list-query';
import type { KindReport, ListedJob } from '#gateway/operations/jobs/job-operations';
import { html, type Html } from '#libs/html';
import { JOB_STATES } from '#libs/jobs';
import { dateAndTime, duration } from './format.ts';
import { livePart, page, table } from './shell.ts';

const PATH = '/admin/ui/jobs';

interface JobsState {
  request: JobListRequest;
  kinds: readonly KindReport[];
  jobs: readonly ListedJob[];
}

/** The page that lists jobs, and replays those that failed or were cancelled. */
export const jobsPage = ({ request, kinds, jobs }: JobsState): string =>
  page('Jobs', PATH, [
    livePart('kinds', kindTable(kinds)),
    html`<form method="get" action="${PATH}" class="row">
      <label
        >Kind
        <select name="kind">
          ${option('', 'all', !request.kind)} ${kinds.map(({ kind }) => option(kind, kind, kind === request.kind))}
        </select>
      </label>
      <label
        >State
        <select name="state">
          ${option('', 'all', !request.state)}
          ${JOB_STATES.map((state) => option(state, state.toLowerCase(), state === request.state))}
        </select>
      </label>
      <button>Show list</button>
    </form>`,
    livePart('jobs', jobTable(jobs)),
    html`<p class="quiet">
      Failed jobs are the dead letter: they have used all their attempts, or their input is to blame. A replay runs
      one again, with all its attempts, and is in the audit log. Jobs are kept for a time after their end
      (<code>JOBS_KEEP_MS</code>).
    </p>`,
  ]);

const option = (value: string, name: string, isSelected: boolean): Html =>
  html`<option value="${value}" ${isSelected && html`selected`}>${name}</option>`;

const kindTable = (kinds: readonly KindReport[]): Html =>
  table(
    'Jobs by kind',
    ['Kind', 'Waiting', 'Running', 'Failed', 'Last completed (UTC)', 'Next by schedule (UTC)'],
    kinds.map(({ kind, waiting, running, failed, lastCompletedAt, nextAt }) => [
      kind,
      waiting,
      running,
      html`<span class="${failed > 0 && 'bad'}">${failed}</span>`,
      dateAndTime(lastCompletedAt),
      dateAndTime(nextAt),
    ]),
  );

const jobTable = (jobs: readonly ListedJob[]): Html =>
  table(
    'Newest jobs',
    ['Job', 'Kind', 'State', 'Progress', 'Attempts', 'Error', 'Added (UTC)', 'Took', 'Action'],
    jobs.map((job) => [
      html`<code>${job.id}</code>`,
      job.kind,
      html`<span class="${job.state === 'FAILED' && 'bad'}">${stateOf(job)}</span>`,
      progressOf(job),
      `${job.attempt} of ${job.maxAttempts}`,
      job.failure?.code,
      dateAndTime(job.createdAt),
      duration(job.endedAt && job.startedAt ? job.endedAt - job.startedAt : undefined),
      isReplayable(job) && replayForm(job),
    ]),
  );

const stateOf = ({ state, isCancelling }: ListedJob): string =>
  isCancelling ? 'cancelling' : state.toLowerCase();

const progressOf = ({ progress }: ListedJob): string =>
  progress ? `${progress.done}${progress.total === undefined ? '' : ` of ${progress.total}`}` : '';

const isReplayable = ({ state }: ListedJob): boolean => state === 'FAILED' || state === 'CANCELLED';

const replayForm = ({ id }: ListedJob): Html =>
  html`<form method="post" action="${PATH}/${id}/replay">
    <button aria-label="Replay job ${id}">Replay</button>
  </form>`;
