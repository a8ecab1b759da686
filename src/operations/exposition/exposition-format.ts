import { offer } from '#libs/negotiation';
import { Registry } from 'prom-client';
import { OPEN_METRICS_TYPE } from './open-metrics.ts';

/** A text format of metrics: Prometheus' own, or OpenMetrics, which has exemplars. */
export type ExpositionFormat = 'prometheus' | 'openmetrics';

/** The media type of each format. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: OPEN_METRICS_TYPE,
};

const OPEN_METRICS = 'application/openmetrics-text';
const preferred = offer(['text/plain', OPEN_METRICS], '');
/** Parameters other than the quality: scrapers name versions and escapings that differ by release. */
const PARAMETERS = /;\s*(?!q=)[\w-]+=[^;,]*/gi;

/** OpenMetrics if `Accept` names and prefers it, else Prometheus' format: an unknown scraper gets what all can read. */
export function formatFor(accept = ''): ExpositionFormat {
  const ranges = accept.replace(PARAMETERS, '');
  return ranges.toLowerCase().includes(OPEN_METRICS) && preferred(ranges) === OPEN_METRICS
    ? 'openmetrics'
    : 'prometheus';
}
