import { Answers } from '#gateway/declare/answers';
import { isEnded, JOB_STATES, type JobRecord } from '#libs/jobs';
import { DateTime, enumeration, JsonObject, RestView, type ValueOf, ViewField } from '#libs/view';
import { Float, ID, Int } from '@nestjs/graphql';

/** The states of jobs. */
export const JobStates = enumeration('JobState', JOB_STATES, 'The state of a job.');

/** How far a job is. */
@RestView('JobProgress', 'How far a job is.')
export class JobProgressView {
  @ViewField(() => Float)
  done!: number;

  @ViewField(() => Float, { nullable: true, description: 'Null while it is unknown.' })
  total!: number | null;

  @ViewField(() => Int, { nullable: true, description: '0 to 100.' })
  percent!: number | null;
}

/** Why a job failed. */
@RestView('JobFailure', 'Why the last attempt of a job failed.')
export class JobFailureView {
  @ViewField(() => String, { description: 'A code of the catalogue of errors, or JOB_TIMEOUT or JOB_STALLED.' })
  code!: string;

  @ViewField(() => String, { nullable: true })
  detail!: string | null;
}

/** A job of the caller. */
@RestView('Job', 'Work that continues after its request was answered.')
export class JobView {
  @ViewField(() => ID)
  id!: string;

  @ViewField(() => String, { description: 'What the job does, for example `reports.write`.' })
  kind!: string;

  @ViewField(() => JobStates)
  state!: ValueOf<typeof JobStates>;

  @ViewField(() => Boolean, { description: 'Whether the state is final.' })
  isEnded!: boolean;

  @ViewField(() => Boolean, { description: 'Whether it was cancelled and has not stopped yet.' })
  isCancelling!: boolean;

  @ViewField(() => Int, { description: 'The number of the latest attempt; 0 before the first.' })
  attempt!: number;

  @ViewField(() => Int)
  maxAttempts!: number;

  @ViewField(() => JobProgressView, { nullable: true })
  progress!: JobProgressView | null;

  @ViewField(() => JsonObject, { nullable: true, description: 'What a completed job returned.' })
  result!: object | null;

  @ViewField(() => JobFailureView, { nullable: true })
  failure!: JobFailureView | null;

  @ViewField(() => DateTime)
  createdAt!: string;

  @ViewField(() => DateTime, { description: 'It is not run before this time.' })
  runAt!: string;

  @ViewField(() => DateTime, { nullable: true })
  startedAt!: string | null;

  @ViewField(() => DateTime, { nullable: true })
  endedAt!: string | null;

  /** Converts a job; its input and its origin are left out. */
  static of(job: JobRecord): JobView {
    const { id, kind, state, isCancelling, attempt, maxAttempts, progress, result, failure } = job;
    return {
      id,
      kind,
      state,
      isEnded: isEnded(state),
      isCancelling,
      attempt,
      maxAttempts,
      progress: progress ? progressOf(progress) : null,
      result: typeof result === 'object' ? result : null,
      failure: failure ? { code: failure.code, detail: failure.detail ?? null } : null,
      createdAt: dateOf(job.createdAt)!,
      runAt: dateOf(job.runAt)!,
      startedAt: dateOf(job.startedAt),
      endedAt: dateOf(job.endedAt),
    };
  }
}

const progressOf = ({ done, total }: NonNullable<JobRecord['progress']>): JobProgressView => ({
  done,
  total: total ?? null,
  percent: total ? Math.min(100, Math.floor((done / total) * 100)) : null,
});

const dateOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/**
 * Declares a REST route that answers with the job it has added: 202 with `Location`, where the client reads its state. The
 * handler returns `JobView.of(job)`.
 */
export const AnswersJob = (): MethodDecorator => Answers(JobView, { acceptedAt: ({ id }) => `/v1/jobs/${id}` });
