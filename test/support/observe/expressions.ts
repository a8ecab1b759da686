import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Where dashboards and rules are. */
export const OBSERVE = 'docs/deploy/observe';

/** A recording or an alerting rule of Prometheus. */
export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A query in PromQL, and where it is. */
export interface Expression {
  where: string;
  expr: string;
}

interface Dashboard {
  uid: string;
  title: string;
  templating: { list: { name: string; query: string | { query: string } }[] };
  panels: { id: number; title: string; targets: { expr: string }[] }[];
}

/** A YAML file of the folder. */
export const yamlOf = <T>(file: string): T => parse(readFileSync(join(OBSERVE, file), 'utf8')) as T;

/** All rules, in their order. */
export const rules = (): Rule[] =>
  ['prometheus/rules.yml', 'prometheus/alerts.yml'].flatMap((file) =>
    yamlOf<{ groups: { rules: Rule[] }[] }>(file).groups.flatMap((group) => group.rules),
  );

/** All dashboards by the name of their file. */
export const dashboards = (): [file: string, dashboard: Dashboard][] =>
  readdirSync(join(OBSERVE, 'grafana/dashboards')).map((file) => [
    file,
    JSON.parse(readFileSync(join(OBSERVE, 'grafana/dashboards', file), 'utf8')) as Dashboard,
  ]);

/** Every query of the dashboards. */
export const dashboardQueries = (): Expression[] =>
  dashboards().flatMap(([file, { panels }]) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${file}: ${title}`, expr }))),
  );

/** A metric in an expression, with the labels that its matchers name. */
export interface Selected {
  metric: string;
  labels: string[];
}

/** Words of PromQL that stand where a metric could. */
const NOT_METRICS = /^(and|or|unless|on|ignoring|by|without|group_left|group_right|offset|bool|inf|nan)$/i;

/** The metrics that an expression selects. */
export function metricsIn(expr: string): Selected[] {
  // Lists of labels and ranges hold no metrics.
  const rest = expr.replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ').replace(/\[[^\]]*\]/g, ' ');
  const found = rest.matchAll(/(?<![\w:"$.])([a-zA-Z_:][\w:]*)\s*(\{((?:[^"}]|"[^"]*")*)\}|\()?/g);
  return [...found].flatMap(([, metric, bracket, matchers]) => {
    if (bracket === '(' || NOT_METRICS.test(metric!)) return [];
    return [
      { metric: metric!, labels: [...(matchers ?? '').matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!) },
    ];
  });
}

/** The labels that an expression groups by. */
export const groupedBy = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(',').map((one) => one.trim()),
  );

/** The ranges of an expression, in seconds. */
export const rangesIn = (expr: string): number[] =>
  [...expr.matchAll(/\[(\w+)\]/g)].map(([, range]) => secondsOf(range!));

/** `5m` in seconds. */
export function secondsOf(duration: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(duration)!;
  return Number(amount) * { s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
}
