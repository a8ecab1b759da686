import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * The path of a JSON file, and what is in it. Every mistake in the file is told with its place there. What does not parse
 * is not quoted: it may be any file.
 * @param unset what is there without a file
 */
export function jsonFile<T>(schema: z.ZodType<T>, unset: T) {
  return z
    .string()
    .transform((path, check): T => {
      if (!path) return unset;
      const refuse = (message: string) => check.addIssue({ code: 'custom', message });
      try {
        const checked = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
        if (checked.success) return checked.data;
        for (const { path: where, message } of checked.error.issues) {
          refuse(`${where.join('.') || 'the file'}: ${message}`);
        }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        refuse(code ? `the file cannot be read: ${code}` : 'the file is no JSON');
      }
      return z.NEVER;
    })
    .prefault('');
}
