import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue, codeByGrpcStatus, codeByHttpStatus, type ErrorCode, GatewayError } from '#libs/errors';
import '#gateway/gateway.module';
import { reasonOf } from '#libs/gather';
import { status as Code } from '@grpc/grpc-js';

const page = readFileSync('docs/errors.md', 'utf8');
const codes = Object.keys(catalogue) as ErrorCode[];

/** The cells of the table under a heading, row by row, without its head and without code marks around a cell. */
function tableUnder(heading: string): string[][] {
  const section = page.split('\n## ').find((one) => one.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) =>
    row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replace(/^`([A-Z_]+)`$/, '$1')),
  );
}

describe('docs/errors.md', () => {
  it('has every code of the catalogue with its status, title and meaning, in the same order, and nothing else', () => {
    const known = codes.map((code) => {
      const { status, title, when } = catalogue[code];
      return [code, `${status}`, title, when];
    });
    expect(tableUnder('Codes')).toEqual(known);
  });

  it('names no code that is not in the catalogue', () => {
    const named = [...page.matchAll(/"(?:code": "|type": "urn:atrium:error:)([A-Z_]+)"/g)].map(([, code]) => code);
    expect(named.filter((code) => !codes.includes(code as ErrorCode))).toEqual([]);
  });

  it('has the translation of every HTTP status', () => {
    expect(tableUnder('From the HTTP answers of services')).toEqual(Object.entries(codeByHttpStatus));
  });

  it('has the translation of every gRPC status', () => {
    const known = Object.entries(codeByGrpcStatus).map(([number, code]) => [Code[Number(number)], code]);
    expect(tableUnder('From the gRPC statuses of services')).toEqual(known);
  });

  it('has the reason that each code degrades a part with', () => {
    const rows = tableUnder('Degraded').map(([reason, code]) => [code, reason] as const);
    const byCode = new Map<string | undefined, string | undefined>(rows);
    for (const code of codes.filter((one) => one !== 'INTERNAL')) {
      const documented = byCode.get(code) ?? byCode.get('any other');
      expect([code, reasonOf(new GatewayError(code))]).toEqual([code, documented]);
    }
    expect(reasonOf(new GatewayError('INTERNAL'))).toBeUndefined();
  });
});

describe('the catalogue of errors', () => {
  it('has no code that nothing answers with', () => {
    const files = globSync(['src/**/*.{ts,tsx}', 'libs/*/src/**/*.{ts,tsx}'], {
      exclude: [
        '**/*.spec.ts',
        '**/*.fake.ts',
        '**/generated/**',
        'libs/testing/**',
        'libs/errors/src/catalogue.ts',
        '**/*.errors.ts',
      ],
    });
    const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
