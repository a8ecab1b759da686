import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CODE } from '#test/support/sources';
import ts from 'typescript';

/** A private word, as it stands in a name whose words are joined by hyphens, and what the field says instead. */
type Rule = readonly [name: RegExp, instead: string];

const RULES: readonly Rule[] = [
  [/(^|-)(told|untold|tell|tells|telling|tellable)(-|$)/i, 'notify, publish, report, serialize'],
  [/(^|-)(asked|asking|asks)(-|$)|^ask$/i, 'requested, request, params, InputOf, distributedSingleFlight'],
  [
    /[^-]-doors?(-|$)|^doors?-module$/i,
    'endpoint, transport, handler, server; a door is a controller or a resolver',
  ],
  [/(^|-)spines?(-|$)/i, 'event log'],
  [/(^|-)witness(es|ed)?(-|$)/i, 'observe, observer'],
  [/(^|-)(im)?(patience|patient|patiently)(-|$)/i, 'timeouts, offline-tolerant connection'],
  [/(^|-)(un)?wanted(-|$)/i, 'selection, expected, requested'],
  [/(^|-)shown(-|$)|^shows$/i, 'ViewField, presented, published'],
  [/(^|-)arrived(-|$)/i, 'SocketMessage, received'],
  [/(^|-)(said|unsaid|says|saying)(-|$)|^say$/i, 'MessagePayload, send, notify, body'],
  [/^Sent$/, 'ServerSentEvent'],
  [/(^|-)(sinks?|feeds?)(-|$)/i, 'subscriber, subscription'],
  [/^Relay(ed)?$/, 'StreamPipe, PipedAnswer'],
  [/(^|-)across(-|$)/i, 'cluster adapter'],
  [/(^|-)(not)?(remember(s|ed|ing)?|forget(s|ting)?|forgotten)(-|$)/i, 'cache, invalidate, evict'],
  [
    /(^|-)(must-be-fresh|require-fresh|may-stand-in|stand-ins?|at-most)(-|$)/i,
    'noCache, staleIfError, boundedLru',
  ],
  [/^Once$/, 'Idempotency'],
  [/^most(-|$)/i, 'MAX_…, max…'],
  [/^LONGEST(-|$)|^longest-(.*-)?(ms|bytes)$/, 'MAX_…'],
  [/(^|-)look-((.*-)?)ms$|(^|-)again-ms$/i, 'POLL_MS, RETRY_MS'],
  [
    /^(prepared-operation|run-prepared|open-documents|trusted-operations?(-in)?|automatic(-documents)?|is-trusted|compiled)$/i,
    'persisted (trusted) documents, APQ, ad-hoc, executor',
  ],
  [/(^|-)unwell(-|$)|^well$/i, 'healthy, unhealthy'],
  [/(^|-)disclaim(s|ed|ing)?(-|$)/i, 'unprocessed'],
];

/** Turns of phrase in prose, and what to say instead. */
const PHRASES: readonly Rule[] = [
  [/\bfor (those )?who comes? back\b/i, 'for clients that reconnect'],
  [/\bwho takes anything\b/i, 'clients that accept `*/*`'],
  [/\bso many of\b/i, '`first` items'],
  [/\bends? to be valid\b/i, 'expires'],
  [/\bof somebody else\b/i, "another caller's"],
  [/\binside of each other\b/i, 'nesting depth'],
  [/\bunwell\b|\b(is|are) well where\b/i, 'healthy, unhealthy'],
  [/\btoo much to do\b/i, 'overloaded'],
  [/\ba moment later\b.*\bpassed\b|\bpassed a moment later\b/i, 'transient'],
  [/\bcannot do without\b/i, 'required'],
  [/\bcan do without it\b/i, 'optional'],
  [/\bthe state of things\b/i, 'the current state of the resource'],
  [/\bin whatever zone\b/i, 'independently of the time zone'],
  [/\bbrings? it back\b/i, 'restarts it'],
  [/\bor stop what listens there\b/i, 'or stop the process that uses it'],
  [/\bnaming every variable that is wrong\b/i, 'naming every invalid variable'],
  [/\b(is|are) no name (of|for) an?\b/i, 'is not a name'],
  [/\bof the tests' own\b/i, 'for tests'],
  [/\b(be|was) (told of|asked about)\b/i, 'notified of, queried for'],
  [/\basked for a moment ago\b/i, 'recently requested'],
  [/\bthat asked for (it|them)\b/i, 'the response to the request that started it'],
  [/\bkeys\b.{0,40}\bcan(not|'t)? be had\b/i, 'cannot be fetched'],
  [/\bnobody waits for (the answer|it) any ?more\b/i, 'the caller has cancelled'],
];

const PROSE = globSync(
  [
    '*.{md,yml}',
    '.env.example',
    '.{changeset,github}/**/*.{md,yml}',
    '{docs,clients,libs,deploy}/**/*.{md,yml,yaml}',
    '{tools,docs,deploy,.ci}/**/*.sh',
  ],
  { exclude: (path) => /(^|\/)node_modules$/.test(path) },
);
const OWN = 'test/house/words.spec.ts';

const hyphened = (name: string): string =>
  name
    .replace(/^[#@]/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[_.]+/g, '-');

const complaints = (rules: readonly Rule[], word: string, where: string): string[] =>
  rules.flatMap(([pattern, instead]) => (pattern.test(word) ? [`${where}: say ${instead}`] : []));

/** The names that a source declares, with their lines. */
function declaredIn(source: ts.SourceFile): [name: string, line: number][] {
  const found: [string, number][] = [];
  const visit = (node: ts.Node): void => {
    const { name } = node as ts.NamedDeclaration;
    if (name && isDeclaration(node) && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)))
      found.push([name.text, source.getLineAndCharacterOfPosition(name.getStart(source)).line + 1]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What a name is given to here. The name of an import is another's, unless it is given here. */
const isDeclaration = (node: ts.Node): boolean =>
  !ts.isPropertyAccessExpression(node) &&
  !ts.isMetaProperty(node) &&
  !ts.isExportSpecifier(node) &&
  !ts.isShorthandPropertyAssignment(node) &&
  (!ts.isImportSpecifier(node) || node.propertyName !== undefined);

/** Of a source, all that is written for people: its comments and its texts. */
function proseOf(source: ts.SourceFile): string[] {
  const { text } = source;
  const found: string[] = [];
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) {
      if (!seen.has(pos)) found.push(text.slice(pos, end));
      seen.add(pos);
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const wrongNames = (file: string, text: string): string[] =>
  declaredIn(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)).flatMap(([name, line]) =>
    complaints(RULES, hyphened(name), `${file}:${line} declares ${name}`),
  );

/** Phrases, and names in backticks. Line ends within a sentence, and what begins lines of a comment, are no words. */
function wrongProse(file: string, text: string): string[] {
  const whole = text.replace(/\s+(\*|\/\/)?\s*/g, ' ');
  const names = [...whole.matchAll(/`@?([A-Za-z_]\w*)(?:\(\))?`/g)].map(([, name]) => name!);
  return [
    ...complaints(PHRASES, whole, `${file} has "${whole.slice(0, 80)}"`),
    ...names.flatMap((name) => complaints(RULES, hyphened(name), `${file} names \`${name}\``)),
  ];
}

describe('names and prose speak the words of the field, so that', () => {
  it('a private word is found in each kind of declaration', () => {
    const kinds = [
      'const toldAt = 1;',
      'let x = (asked: number) => asked;',
      'function oneAsks() {}',
      'class Spine {}',
      'interface Shown {}',
      'type Feed = string;',
      'class A { mustBeFresh = true; }',
      'class A { #asked = 1; }',
      'class A { remember() {} }',
      'interface A { patienceMs: number }',
      'const a = { forgets: 1 };',
      'const { wanted } = a;',
      'const { a: arrived } = b;',
      'enum A { MOST }',
      'import { a as SocketIoDoor } from "a";',
      'const LONGEST_NAME = 9;',
    ];
    expect(kinds.map((text) => wrongNames('a.ts', text).length)).toEqual(kinds.map(() => 1));
  });

  it("Node's own names and ordinary English are none", () => {
    const text = `import { once } from 'node:events'; const doors = doorsOf(app); class Door {} const sentAt = longestRunOfZeros(a.shown);`;
    expect(wrongNames('a.ts', text)).toEqual([]);
  });

  it('a phrase is found across the lines of a comment, and a private name in backticks', () => {
    const text = '/**\n * Kept for who\n * comes back, by `atMost` and `@Shown()`.\n */';
    expect(wrongProse('a.ts', text)).toEqual([
      expect.stringContaining('clients that reconnect'),
      expect.stringContaining('boundedLru'),
      expect.stringContaining('ViewField'),
    ]);
  });

  it('no file declares a private word', () => {
    expect(CODE.length).toBeGreaterThan(1_000);
    expect(
      CODE.filter((file) => file !== OWN).flatMap((file) => wrongNames(file, readFileSync(file, 'utf8'))),
    ).toEqual([]);
  });

  it('no file is named by one', () => {
    expect(CODE.flatMap((file) => complaints(RULES, basename(file).split('.')[0]!, file))).toEqual([]);
  });

  it('no page, comment or message has a private phrase, or a private name in backticks', () => {
    const pages = PROSE.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split(/\n\s*\n/)
        .flatMap((part) => wrongProse(file, part)),
    );
    const comments = CODE.filter((file) => file !== OWN).flatMap((file) => {
      const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
      return proseOf(source).flatMap((part) => wrongProse(file, part));
    });
    expect([...pages, ...comments]).toEqual([]);
  });
});
