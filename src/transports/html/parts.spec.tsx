import { describe, expect, it } from '@jest/globals';
import type { Degraded } from '#libs/upstream';
import { partOf } from './parts.tsx';

const part = {
  label: 'Orders',
  of: (ids: string[]) => (
    <ul>
      {ids.map((id) => (
        <li>{id}</li>
      ))}
    </ul>
  ),
};
const rendered = (value: unknown, degraded: Degraded[] = [], isSlotted = false, language: 'en' | 'de' = 'en') =>
  String(partOf(language, part, { name: 'orders', value, degraded }, isSlotted));

describe('a part of a page', () => {
  it('has its content, in its slot if the page is being sent', () => {
    expect(rendered(['<b>'])).toBe(
      '<section id="orders" class="part"><h2>Orders</h2><ul><li>&lt;b&gt;</li></ul></section>',
    );
    expect(rendered([], [], true)).toContain('<section id="orders" slot="orders" class="part">');
  });

  it.each(['UNAVAILABLE', 'TIMEOUT', 'OVERLOADED', 'BAD_RESPONSE'] as const)(
    'says that it is missing: %s',
    (reason) => {
      const markup = rendered(null, [{ part: 'orders', reason }]);
      expect(markup).toMatch(/class="part missing"><h2>Orders<\/h2><p class="notice">Orders cannot be shown/);
      expect(markup).not.toContain(reason);
    },
  );

  it('says how old it is, in the language of the page', () => {
    const stale: Degraded[] = [{ part: 'orders', reason: 'STALE', ageSeconds: 120 }];
    expect(rendered(['o1'], stale)).toContain('class="part stale"');
    expect(rendered(['o1'], stale)).toContain('it is from 2 minutes ago.');
    expect(rendered(['o1'], stale, false, 'de')).toContain('Stand vor 2 Minuten.');
  });

  it('says that something within it is missing', () => {
    const markup = rendered(['o1'], [{ part: 'orders.lines.product', reason: 'TIMEOUT' }]);
    expect(markup).toContain('<p class="age">Some details are missing at the moment.</p>');
    expect(markup).toContain('<li>o1</li>');
  });
});
