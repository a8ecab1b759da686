import { readFileSync } from 'node:fs';
import { readOptions } from './launcher/read-options.ts';
import { figuresSideBySide, type Report } from './rehearse/side-by-side.ts';

const HELP = `Says what the calls of the last minutes would have become with other policies, beside what they were.

  ADMIN_TOKEN=… npm run rehearse -- policies.json

The file has the form of UPSTREAMS_FILE; an upstream that it leaves out has the defaults. Nothing is switched.

  --url     the admin port, http://127.0.0.1:3009 by default
  --json    prints the answer as it is
  --help    prints this

ADMIN_TOKEN is an access token with the scope admin. docs/operations/rehearsal.md explains the figures.
`;

/** What a refusal of the gateway says. */
interface Problem {
  detail?: string;
  title?: string;
}

/** @throws {Error} with what to do about it */
async function rehearsed(url: string, file: string): Promise<Report> {
  const token = process.env['ADMIN_TOKEN'];
  if (!token) throw new Error('ADMIN_TOKEN must be set: npm run rehearse -- --help');
  const policies = readFileSync(file, 'utf8');
  const answer = await fetch(new URL('/admin/rehearse', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: policies,
  });
  const body = (await answer.json()) as Report & Problem;
  if (answer.status !== 200) throw new Error(`${answer.status}: ${body.detail ?? body.title ?? 'refused'}`);
  return body;
}

const { values, positionals } = readOptions(HELP, {
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3009' },
    json: { type: 'boolean' },
  },
});
const [file] = positionals;
if (!file) {
  process.stderr.write(`Name one file.\n\n${HELP}`);
  process.exitCode = 64;
} else {
  try {
    const report = await rehearsed(values.url, file);
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : figuresSideBySide(report));
  } catch (error) {
    const { message, cause } = error as Error;
    process.stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`);
    process.exitCode = 1;
  }
}
