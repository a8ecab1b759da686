import { describe, expect, it } from '@jest/globals';
import { html } from './html.ts';

describe('html', () => {
  it('escapes whatever could end a text or a quoted attribute', () => {
    const name = `"><script>alert('1')</script>&`;
    expect(String(html`<p title="${name}">${name}</p>`)).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('keeps markup of its own, joins lists, and leaves out what is absent', () => {
    const items = ['a', 'b<'].map((item) => html`<li>${item}</li>`);
    expect(String(html`${items}${undefined}${null}${false}`)).toBe('<li>a</li><li>b&lt;</li>');
    expect(String(html`${0}${''}`)).toBe('0');
  });

  it('takes no object that only looks like its markup', () => {
    const forged = JSON.parse('{"markup":"<b>"}') as string;
    expect(() => html`${forged}`).toThrow(TypeError);
  });
});
