export { CollectedMetrics, type Sample } from './collected-metrics.ts';
