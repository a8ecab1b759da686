import { Injectable } from '@nestjs/common';

/** Deletes what is stored about a person. It must be idempotent, and leave what belongs to others. */
export type DeletesPersonalData = (userId: string) => Promise<void>;

/** What features store about persons besides files, jobs and sessions. Each feature adds its own when its module starts. */
@Injectable()
export class PersonalData {
  private readonly deletions: DeletesPersonalData[] = [];

  /** Adds a deletion, which runs with that of an account. */
  add(deletion: DeletesPersonalData): void {
    this.deletions.push(deletion);
  }

  /** Deletes everything about a person that was added here. @throws {GatewayError} of a deletion that failed: repeat it */
  async deleteAll(userId: string): Promise<void> {
    for (const deletion of this.deletions) await deletion(userId);
  }
}
