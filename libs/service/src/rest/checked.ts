import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { type FieldProblem, Problem } from './problem.ts';

/** The zod issues with status 400 (wrong shape) instead of 422. */
const MALFORMED: ReadonlySet<string> = new Set(['invalid_type', 'unrecognized_keys', 'invalid_union']);

/** Validates a body or a query: 400 for a wrong shape, 422 for a wrong value. */
export class Checked<Schema extends z.ZodType> implements PipeTransform<unknown, z.infer<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(input: unknown): z.infer<Schema> {
    const checked = this.schema.safeParse(input);
    if (checked.success) return checked.data;
    const { issues } = checked.error;
    const isMalformed = issues.some((issue) => MALFORMED.has(issue.code));
    const code = isMalformed ? 'BAD_REQUEST' : 'VALIDATION_FAILED';
    throw Problem.of(code, undefined, issues.flatMap(fieldProblems));
  }
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), message: issue.message }];
  return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a known field' }));
}
