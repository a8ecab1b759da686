import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Acceptance, reasonsOf } from '#tools/schema-changes/accepted';
import { graphqlSchemaChanges } from '#tools/schema-changes/graphql-schema-changes';
import type { OpenApi } from '#tools/schema-changes/openapi';
import { openapiChanges } from '#tools/schema-changes/openapi-changes';
import { buildSchema } from 'graphql';
import markdownIt from 'markdown-it';

const HEADER = /^---\r?\n[\s\S]*?\r?\n---\r?\n/;
/** The documents of the API that a release keeps. */
const CONTRACT = ['schema.graphql', 'openapi.json'] as const;

/**
 * The changelog of a project as HTML without its title: first what has changed since the last release, by its changesets and
 * by a comparison of the contracts, then `CHANGELOG.md`. Markup in them is text, and so are links to files of the repository.
 * @returns undefined without `CHANGELOG.md`
 */
export function changelogHtml(folder: string): string | undefined {
  const file = join(folder, 'CHANGELOG.md');
  if (!existsSync(file)) return undefined;
  const [unreleased, contract] = [changesetsIn(folder), contractChanges(folder)];
  const isUnchanged = !unreleased.length && !contract.length;
  const parts = [
    ...(isUnchanged ? [] : ['## Not released yet', ...unreleased]),
    ...(contract.length ? ['### Contracts', contract.map((line) => `- ${line}`).join('\n')] : []),
    readFileSync(file, 'utf8').replace(/^# .*\n/, ''),
  ];
  return rendered(parts.join('\n\n'));
}

/** The changesets of a project as items of lists, one list for each kind of change. */
function changesetsIn(folder: string): string[] {
  const texts = globSync('*.md', { cwd: join(folder, '.changeset') })
    .filter((file) => file !== 'README.md')
    .sort()
    .map((file) => readFileSync(join(folder, '.changeset', file), 'utf8'));
  const kinds = [
    ['major', 'Breaking'],
    ['minor', 'New'],
    ['patch', 'Mended'],
  ] as const;
  return kinds.flatMap(([kind, title]) => {
    const its = texts.filter((text) => HEADER.exec(text)?.[0].includes(`: ${kind}`));
    const items = its.map((text) => `- ${text.replace(HEADER, '').trim().replaceAll('\n', '\n  ')}`);
    return items.length ? [`### ${title}`, items.join('\n')] : [];
  });
}

/** What clients could notice between the contracts of the last release and those of now; additions are in changesets. */
function contractChanges(folder: string): string[] {
  const [before, now] = [join(folder, 'released'), folder].map((where) =>
    CONTRACT.map((file) => join(where, file)),
  ) as [string[], string[]];
  if (![...before, ...now].every((file) => existsSync(file))) return [];
  const [oldSchema, oldRest] = before.map((file) => readFileSync(file, 'utf8')) as [string, string];
  const [schema, rest] = now.map((file) => readFileSync(file, 'utf8')) as [string, string];
  const changes = [
    ...graphqlSchemaChanges(buildSchema(oldSchema), buildSchema(schema)),
    ...openapiChanges(JSON.parse(oldRest) as OpenApi, JSON.parse(rest) as OpenApi),
  ];
  const reasons = reasonsOf(acceptedIn(folder));
  const byReason = Map.groupBy(changes, ({ what }) => reasons.get(what));
  const items = (of: typeof changes, prefix = '') => [
    ...new Set(of.map(({ what }) => `${prefix}${quoted(what)}`)),
  ];
  const others = byReason.get(undefined) ?? [];
  const accepted = [...byReason].filter(([reason]) => reason !== undefined);
  return [
    ...items(
      others.filter(({ isBreaking }) => isBreaking),
      'Breaks: ',
    ),
    ...accepted.map(([reason, its]) => [`Accepted break: ${reason}`, ...items(its, '  - ')].join('\n')),
    ...items(others.filter(({ isBreaking }) => !isBreaking)),
  ];
}

/** The intended breaking changes, with their reasons: what somebody who updates must know. */
function acceptedIn(folder: string): Acceptance[] {
  const file = join(folder, 'released/accepted.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Acceptance[]) : [];
}

const quoted = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

function rendered(text: string): string {
  const markdown = markdownIt({ html: false });
  const isOpen: boolean[] = [];
  markdown.renderer.rules.link_open = (tokens, index, options, _, renderer) => {
    const isLink = /^https?:/.test(String(tokens[index]!.attrGet('href')));
    isOpen.push(isLink);
    return isLink ? renderer.renderToken(tokens, index, options) : '';
  };
  markdown.renderer.rules.link_close = () => (isOpen.pop() ? '</a>' : '');
  const scrolling = '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>';
  markdown.renderer.rules['table_open'] = () => scrolling;
  markdown.renderer.rules['table_close'] = () => '</table></div>';
  return markdown.render(text);
}
