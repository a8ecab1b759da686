import { z } from 'zod';
import { invalidFields } from './refusal.ts';

/**
 * Validates a request against `schema`, whose keys are those of the generated message.
 * @throws {Refusal} INVALID_ARGUMENT naming every invalid field as the proto file does: `lines[0].product_id`
 */
export function checked<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(request);
  if (success) return data;
  throw invalidFields(error.issues.map(({ path, message }) => ({ field: fieldPath(path), description: message })));
}

function fieldPath(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${snakeCase(String(step))}`));
  return steps.join('').replace(/^\./, '');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A `page_size` of AIP-158: 1 to 100, where 0 means `byDefault`. */
export function pageSize(byDefault: number) {
  const message = `must be 1 to 100, or 0 for ${byDefault}`;
  return z
    .number()
    .min(0, message)
    .max(100, message)
    .transform((size) => size || byDefault);
}

/** Text of a bounded length, without NUL, which PostgreSQL cannot store. */
export function text(min: number, max: number) {
  const message = min === 0 ? `must be at most ${max} characters` : `must be ${min} to ${max} characters`;
  return z
    .string()
    .min(min, message)
    .max(max, message)
    .refine((value) => !value.includes('\0'), 'must not contain NUL');
}

/** Ids of a batch, at most 100. Malformed ids and duplicates are dropped: they are not found. */
export const batchOfIds = z
  .array(z.string())
  .max(100, 'must be at most 100')
  .transform((ids) => [...new Set(ids)].filter(isId));

/** Whether text is a well-formed id: 1 to 64 of `[A-Za-z0-9_-]`. */
export function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}
