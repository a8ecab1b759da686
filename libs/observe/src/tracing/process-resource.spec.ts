import { describe, expect, it } from '@jest/globals';
import { processResource } from './process-resource.ts';

const instanceOf = (attributes: Record<string, string>, isWorker?: boolean) =>
  processResource({ OTEL_RESOURCE_ATTRIBUTES: attributes }, 'gateway', isWorker)['service.instance.id'];

describe('the resource of a process', () => {
  it('has an instance id of its own, the same for all signals', () => {
    expect(instanceOf({})).toMatch(/^[0-9a-f-]{36}$/);
    expect(instanceOf({})).toBe(instanceOf({}));
  });

  it('has the instance id of the settings, which differs between workers', () => {
    const given = { 'service.instance.id': 'web-1' };
    expect(instanceOf(given, false)).toBe('web-1');
    expect(instanceOf(given, true)).toBe(`web-1:${process.pid}`);
  });

  it('has the name of OTEL_SERVICE_NAME before that of OTEL_RESOURCE_ATTRIBUTES, as the specification says', () => {
    const named = { OTEL_RESOURCE_ATTRIBUTES: { 'service.name': 'shop', team: 'a' } };
    expect(processResource(named, 'gateway')).toMatchObject({ 'service.name': 'shop', team: 'a' });
    expect(processResource({ ...named, OTEL_SERVICE_NAME: 'web' }, 'gateway')['service.name']).toBe('web');
    expect(processResource({}, 'gateway')).toMatchObject({
      'service.namespace': 'atrium',
      'service.name': 'gateway',
      'process.pid': process.pid,
    });
  });
});
