import { html, type Html } from '#libs/html';
import { COLORS, line, polyline, text } from './svg.ts';

/** A plot over time. Places are in pixels, times in seconds from its start. */
export interface TimePlot {
  left: number;
  top: number;
  width: number;
  height: number;
  seconds: number;
  /** What the upper edge means. */
  max: number;
}

/** The place of a time. */
export const xOf = ({ left, width, seconds }: TimePlot, at: number): number => left + (width * at) / seconds;

const yOf = ({ top, height, max }: TimePlot, value: number): number =>
  top + height * (1 - Math.min(1, Math.max(0, value / max)));

/** The grid of a plot: its upper edge, half of it and the ground, with their values; whole seconds where `hasSeconds`. */
export function grid(plot: TimePlot, name: string, format: (value: number) => string, hasSeconds = true): Html {
  const { left, top, width, height, seconds, max } = plot;
  const step = Math.ceil(seconds / 12);
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, n) => n * step);
  return html`${text(left, top - 12, name, { weight: 600 })}
  ${[0, max / 2, max].map((value) => [
    line(left, yOf(plot, value), left + width, yOf(plot, value)),
    text(left - 6, yOf(plot, value), format(value), { anchor: 'end', color: COLORS.quiet, size: 11 }),
  ])}
  ${
    hasSeconds &&
    marks.map((at) =>
      text(xOf(plot, at), top + height + 12, `${at} s`, { anchor: 'middle', color: COLORS.quiet, size: 11 }),
    )
  }`;
}

/** Values over time as a line. */
export const curve = (
  plot: TimePlot,
  values: readonly (readonly [at: number, value: number])[],
  color: string,
): Html =>
  polyline(
    values.map(([at, value]) => [xOf(plot, at), yOf(plot, value)] as const),
    color,
  );

/** An upright line with what happened then. */
export const moment = ({ top, height, ...plot }: TimePlot, at: number, label: string, labelY = top - 26): Html =>
  html`${line(xOf({ top, height, ...plot }, at), labelY + 8, xOf({ top, height, ...plot }, at), top + height, {
    color: COLORS.quiet,
    dashed: true,
  })}
  ${text(xOf({ top, height, ...plot }, at), labelY, label, { anchor: 'middle', color: COLORS.quiet })}`;
