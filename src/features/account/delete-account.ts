import { Fresh, Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { PersonalFiles } from '#gateway/files/personal-files';
import { ApiKeys } from '#gateway/identity/api-keys/api-keys';
import { Audit } from '#gateway/identity/audit/audit';
import { PersonalData } from '#gateway/identity/personal-data';
import { Sessions } from '#gateway/identity/sessions/sessions';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Reviews } from '#gateway/upstreams/reviews/reviews.port';
import { Users } from '#gateway/upstreams/users/users.port';
import { JobQueue } from '#libs/jobs';
import { type Context, DetachedWork, isConditional, type Precondition } from '#libs/upstream';
import { Injectable } from '@nestjs/common';

/** How long a deletion may take, and how much of that it waits for jobs that run, in milliseconds. */
const [DELETING_MS, STOPPING_MS] = [30_000, 10_000];

/**
 * Deletes the caller's account. The account goes last but its sessions: whatever fails before can be repeated with the same
 * token, and nobody is left with files and no account.
 */
@Scopes('profile:write')
@Fresh({ maxAgeSeconds: 900 })
@Limited({ cost: 20 })
@Injectable()
export class DeleteAccount {
  constructor(
    private readonly users: Users,
    private readonly orders: Orders,
    private readonly reviews: Reviews,
    private readonly jobs: JobQueue,
    private readonly files: PersonalFiles,
    private readonly others: PersonalData,
    private readonly keys: ApiKeys,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
    private readonly work: DetachedWork,
  ) {}

  /**
   * Deletes the profile, the password, the jobs with their results, every file, the chats with support and the reviews, and ends all sessions, API keys and streams.
   * Orders stay without an owner. Idempotent; it goes on if the client leaves.
   * @param precondition the versions of the profile that it applies to, evaluated by the service before anything is deleted
   * @throws {GatewayError} PRECONDITION_FAILED; OVERLOADED if a job does not stop, UPSTREAM_*: repeat it
   */
  async run(context: Context, precondition: Precondition = {}): Promise<void> {
    if (isConditional(precondition)) await this.users.update(context, context.caller.id!, {}, precondition);
    await this.work.run(context, (detached) => this.delete(detached), DELETING_MS);
  }

  private async delete(context: Context): Promise<void> {
    const userId = context.caller.id!;
    const count = await this.deleteStored(userId);
    await this.orders.anonymize(context);
    await this.reviews.deleteOwn(context);
    await this.users.delete(context, userId);
    await this.keys.endOf(context, userId);
    this.audit.write(context, 'account.deleted', { userId, count });
    await this.sessions.endAll(context, userId, 'account');
    // What requests of other clients stored meanwhile.
    await this.deleteStored(userId);
  }

  /** Deletes what the gateway stores: jobs first, since one that runs stores files. @returns the number of files */
  private async deleteStored(userId: string): Promise<number> {
    await this.jobs.removeAll(userId, STOPPING_MS);
    const count = await this.files.deleteAll(userId);
    await this.others.deleteAll(userId);
    return count;
  }
}
