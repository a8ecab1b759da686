import { type Body, check, type InputOf } from '#libs/view';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { number } from './format.ts';
import { fieldsOf } from './forms.ts';
import type { Language } from './language.ts';
import { messages } from './messages/messages.ts';
import { visitOf } from './visit.ts';

/** What a form that is shown again has beside each field. */
export interface FormProblems {
  /** What was entered, by the name of the field. */
  given: Readonly<Record<string, string>>;
  /** What is wrong with it, in the language of the page, by the name of the field. */
  problems: Readonly<Record<string, string>>;
}

/** A form as it was submitted: validated fields, or what to show beside them. */
export type SubmittedForm<Form extends Body> =
  | { values: InputOf<Form>; wrong?: undefined }
  | { values?: undefined; wrong: FormProblems };

/**
 * Injects a submitted form. If fields that visitors fill in are not acceptable, it has no values, the status is 422, and the
 * handler shows the form again. All other fields are the page's own: if one is wrong, there is nothing to correct.
 * @param filledIn the names of the fields that visitors fill in
 * @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED, for the other fields
 */
export const Submitted = (form: Body, ...filledIn: string[]): ParameterDecorator =>
  createParamDecorator((_: unknown, execution: ExecutionContext): SubmittedForm<Body> => {
    const http = execution.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const fields = fieldsOf(request);
    const checked = form.schema.safeParse(fields);
    if (checked.success) return { values: checked.data };
    const { issues } = checked.error;
    const isCorrectable = ({ path: [name] }: z.core.$ZodIssue) =>
      filledIn.includes(String(name)) && typeof fields[String(name)] === 'string';
    if (!issues.every(isCorrectable)) return { values: check(form.schema, fields) };
    void reply.status(422);
    // All others are as the schema has them, which has texts alone.
    return { wrong: wrongFields(visitOf(request, reply).language, fields as Record<string, string>, issues) };
  })();

/** What is wrong with the fields of a form: the first message of each, in a language. */
export function wrongFields(
  language: Language,
  given: Record<string, string>,
  issues: readonly z.core.$ZodIssue[],
): FormProblems {
  const problems: Record<string, string> = {};
  for (const issue of issues) problems[issue.path[0] as string] ??= textOf(language, issue);
  return { given, problems };
}

function textOf(language: Language, issue: z.core.$ZodIssue): string {
  const t = messages[language].fields;
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? t.required : t.min(number(language, Number(issue.minimum)));
  if (issue.code === 'too_big') {
    const max = number(language, Number(issue.maximum));
    return issue.origin === 'string' ? t.tooLong(max) : t.max(max);
  }
  return issue.code === 'invalid_type' && issue.expected !== 'string' ? t.wholeNumber : t.invalid;
}
