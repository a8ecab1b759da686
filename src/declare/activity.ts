import { SetMetadata } from '@nestjs/common';

/** What operators see of a use case that was run: `GET /v1/events/user-activity`. */
export interface ActivityDeclaration {
  /** What the caller did, for example `browse`. */
  event: string;
  /** The ids that it is about, by name, of the answer and the arguments after the context; undefined if nothing was done. */
  aboutOf?(answer: never, ...args: never[]): Record<string, string> | undefined;
  /** Identifies what was done in the answer: a request that is repeated does nothing again, and is published once. */
  onceBy?(answer: never): string;
  /** Whether it is published only while an operator watches, and not more than 20 times a second. */
  isFrequent?: boolean;
}

/** The metadata key of the activity of a use case. */
export const ACTIVITY = 'activity';

/** Declares that running this use case is an activity of the caller. Its answer and failures stay as they are. */
export const Activity = (declaration: ActivityDeclaration): ClassDecorator => SetMetadata(ACTIVITY, declaration);
