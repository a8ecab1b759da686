import { readFileSync } from 'node:fs';
import { type UpstreamSettings, upstreamSettings } from '#libs/upstream';
import { z } from 'zod';

const byUpstream = z.record(z.string(), upstreamSettings, 'must be an object of settings by upstream');

/**
 * The path of a JSON file: how hard each upstream is tried, by its name. What it leaves out keeps its default. Every
 * mistake in the file is told with its place there.
 */
export const upstreamsFile = z
  .string()
  .transform((path, check): Record<string, UpstreamSettings> => {
    const refuse = (message: string): never => {
      check.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (!path) return {};
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      return refuse(`the file cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    }
    const json = parsed(text);
    if (json === undefined) return refuse('the file is no JSON');
    const checked = byUpstream.safeParse(json);
    if (checked.success) return checked.data;
    for (const { path: where, message } of checked.error.issues)
      refuse(`${where.join('.') || 'the file'}: ${message}`);
    return z.NEVER;
  })
  .prefault('');

/** What does not parse is not quoted: it may be any file. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
