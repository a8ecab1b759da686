import { PIPELINE } from '#gateway/edge/pipeline';

const HEAD = ['| | Stage | Hooks | File | Why |', '| --- | --- | --- | --- | --- |'];

/** The stages that a request passes, in their order, as `src/edge/pipeline.ts` lists them. */
export function pipelineTable(): string {
  const rows = PIPELINE.map(({ name, on, file, why }, index) => {
    const hooks = on.map((hook) => `\`${hook}\``).join(', ');
    return `| ${index + 1} | ${name} | ${hooks} | \`src/${file}\` | ${why} |`;
  });
  return [...HEAD, ...rows].join('\n');
}
