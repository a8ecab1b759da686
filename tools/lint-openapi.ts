import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import owasp from '@stoplight/spectral-owasp-ruleset';
import { asyncapi, oas } from '@stoplight/spectral-rulesets';
import { readOptions } from './launcher/read-options.ts';

readOptions(
  'npm run openapi:lint   checks the documents of the API by the rules of Redocly, Spectral and OWASP\n',
  {},
);

/** The rules that are answered otherwise. */
const OFF = {
  // By the table of access in docs/security.md and its test: some endpoints are public on purpose.
  'owasp:api2:2023-write-restricted': 'off',
  'owasp:api2:2023-read-restricted': 'off',
  // By `maxLength` and, where it means something, a pattern: generators copy a pattern for any text into code that does not compile.
  'owasp:api4:2023-string-restricted': 'off',
  // By `minimum` and `maximum`, within 2^53-1: generators make `bigint` of `int64`.
  'owasp:api4:2023-integer-format': 'off',
  // By the access rules: an operation that ignores tokens never answers 401.
  'owasp:api8:2023-define-error-responses-401': 'off',
} as const;

/** Bodies of bytes: a length would be one of characters, and openapi-zod-client makes code of it that throws. */
const BYTES_RULE = 'owasp:api4:2023-string-limit';
const isOfBytes = (document: unknown, path: readonly (string | number)[]): boolean => {
  const schema = path.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], document);
  return (schema as { format?: string } | undefined)?.format === 'binary';
};

/** A gateway has no contact, its operators do; tools read 3.0. */
const ASYNC_OFF = { 'asyncapi-info-contact': 'off', 'asyncapi-latest-version': 'off' } as const;

/** The findings of Redocly's strict rules, and of Spectral's for OpenAPI and OWASP's API Top 10. */
async function lint(file: string, source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const redocly = await lintFromString({ source, absoluteRef: file, config });
  const { Spectral } = spectralCore;
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [oas as never, owasp as never], rules: OFF });
  const document = JSON.parse(source) as Record<string, unknown>;
  const found = (await spectral.run(document)).filter(
    ({ code, path }) => code !== BYTES_RULE || !isOfBytes(document, path),
  );
  return [
    ...redocly.map(({ ruleId, message, location }) => `redocly  ${ruleId}: ${message} (${location[0]?.pointer})`),
    ...found.map(({ code, message, path }) => `spectral ${code}: ${message} (${path.join('/')})`),
  ];
}

/** The findings of Spectral's rules for AsyncAPI. */
async function lintAsyncApi(_file: string, source: string): Promise<string[]> {
  const { Spectral } = spectralCore;
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[asyncapi as never, 'all']], rules: ASYNC_OFF } as never);
  const found = await spectral.run(JSON.parse(source) as Record<string, unknown>);
  return found.map(({ code, message, path }) => `spectral ${code}: ${message} (${path.join('/')})`);
}

const FILES = [
  ['openapi.json', lint],
  ['openapi.3.2.json', lint],
  ['asyncapi.json', lintAsyncApi],
] as const;
for (const [file, linted] of FILES) {
  const problems = await linted(file, readFileSync(file, 'utf8'));
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(problems.length ? `${file}: ${problems.length} problems\n` : `${file} is clean\n`);
  if (problems.length) process.exitCode = 1;
}
