import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';
import { logDestinations } from './log-destinations.ts';

const wrong = (environment: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(environment);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the destinations of log lines', () => {
  it('are none by default', () => {
    expect(logDestinations(loadConfig({}))).toEqual([]);
  });

  it('are those whose URL is set, with the paths, headers and index that each wants', () => {
    const config = loadConfig({
      LOKI_URL: 'http://loki:3100/',
      LOKI_TENANT: 'shop',
      LOKI_AUTHORIZATION: 'Basic abc',
      ELASTICSEARCH_URL: 'https://search:9200',
      ELASTICSEARCH_AUTHORIZATION: 'ApiKey def',
    });
    expect(logDestinations(config)).toEqual([
      expect.objectContaining({
        kind: 'loki',
        url: 'http://loki:3100/loki/api/v1/push',
        headers: { authorization: 'Basic abc', 'x-scope-orgid': 'shop' },
      }),
      expect.objectContaining({
        kind: 'elasticsearch',
        url: 'https://search:9200/_bulk?filter_path=errors,items.*.status',
        headers: { authorization: 'ApiKey def' },
        index: 'logs-atrium-default',
      }),
    ]);
  });

  it.each([
    ['LOKI_URL', 'loki:3100'],
    ['LOKI_URL', 'http://user:secret@loki:3100'],
    ['LOKI_AUTHORIZATION', 'secret'],
    ['LOKI_TENANT', 'a b'],
    ['ELASTICSEARCH_URL', 'ftp://search'],
    ['ELASTICSEARCH_INDEX', 'Logs'],
    ['LOG_QUEUE_BYTES', '1'],
  ])('are refused by name, without the value: %s=%s', (name, value) => {
    const message = wrong({ [name]: value });
    expect(message).toContain(`  ${name}: `);
    expect(message).not.toContain('secret');
  });
});
