import type { Memory } from './bulk-clients.ts';

/** A line of a plot. */
export interface PlotLine {
  name: string;
  color: string;
  samples: Memory['samples'];
}

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [760, 320, 60, 40, 40];
/** More points than these cannot be seen. */
const POINTS = 160;

/** Memory over time as SVG; seconds of each line from its own start, MB beyond its first sample. */
export function memoryPlot(title: string, lines: readonly PlotLine[]): string {
  const all = lines.flatMap(({ samples }) => grown(samples));
  const maxX = Math.max(1, ...all.map(([seconds]) => seconds));
  const maxY = niceMax(Math.max(1, ...all.map(([, megabytes]) => megabytes)));
  const x = (seconds: number) => LEFT + (seconds / maxX) * (WIDTH - LEFT - 20);
  const y = (megabytes: number) => HEIGHT - BOTTOM - (Math.max(0, megabytes) / maxY) * (HEIGHT - BOTTOM - TOP);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(maxY * share).toFixed(1);
    return (
      `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${at}" y2="${at}" stroke="#ddd"/>` +
      `<text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${Math.round(maxY * share)}</text>`
    );
  });
  const drawn = lines.map(({ name, color, samples }, index) => {
    const points = thinned(grown(samples)).map(([seconds, mb]) => `${x(seconds).toFixed(1)},${y(mb).toFixed(1)}`);
    const labelY = TOP + 16 * index;
    return (
      `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.join(' ')}"/>` +
      `<text x="${WIDTH - 24}" y="${labelY}" text-anchor="end" fill="${color}">${name}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="20" font-size="14">${title}</text>
${grid.join('\n')}
${drawn.join('\n')}
<text x="${LEFT}" y="${HEIGHT - 14}">0 s</text>
<text x="${WIDTH - 20}" y="${HEIGHT - 14}" text-anchor="end">${maxX.toFixed(0)} s</text>
<text x="14" y="${HEIGHT / 2}" transform="rotate(-90 14 ${HEIGHT / 2})" text-anchor="middle">MB beyond the start</text>
</svg>
`;
}

const grown = (samples: Memory['samples']): Memory['samples'] =>
  samples.map(([seconds, megabytes]) => [seconds, megabytes - samples[0]![1]]);

function thinned(samples: Memory['samples']): Memory['samples'] {
  const step = Math.max(1, Math.ceil(samples.length / POINTS));
  return samples.filter((_, index) => index % step === 0 || index === samples.length - 1);
}

function niceMax(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((times) => times * unit).find((max) => max >= value)!;
}
