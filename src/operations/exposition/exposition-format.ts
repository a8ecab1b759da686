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
/** Parameters are ignored: scrapers name versions and escapings that differ by release. */
const preferred = offer(['text/plain', OPEN_METRICS]);

/** OpenMetrics if `Accept` names and prefers it, else Prometheus' format: an unknown scraper gets what all can read. */
export const formatFor = (accept = ''): ExpositionFormat =>
  accept.toLowerCase().includes(OPEN_METRICS) && preferred(accept) === OPEN_METRICS ? 'openmetrics' : 'prometheus';
