import { whatIsDenied } from '#libs/confinement';
import { readSettingsFile } from '#libs/process';
import { z } from 'zod';

/**
 * The path of a JSON file, parsed and validated. Every mistake is reported with its place in the file. Content that does
 * not parse is not quoted: the path may point to any file.
 * @param unset the value without a file
 * @param read reads it; `readSecretFile` for a file with secrets
 */
export function jsonFile<T>(schema: z.ZodType<T>, unset: T, read: (path: string) => string = readSettingsFile) {
  return z
    .string()
    .transform((path, check): T => {
      if (!path) return unset;
      const refuse = (message: string) => check.addIssue({ code: 'custom', message });
      try {
        const checked = schema.safeParse(JSON.parse(read(path)));
        if (checked.success) return checked.data;
        for (const { path: where, message } of checked.error.issues) {
          refuse(`${where.join('.') || 'the file'}: ${message}`);
        }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        refuse(code ? `the file cannot be read: ${whatIsDenied(error) ?? code}` : 'the file is not JSON');
      }
      return z.NEVER;
    })
    .prefault('');
}
