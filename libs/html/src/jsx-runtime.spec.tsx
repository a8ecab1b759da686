import { describe, expect, it } from '@jest/globals';
import { html } from './html.ts';

const HOSTILE = `"><script>alert('1')</script>&`;
const ESCAPED = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;';

describe('JSX', () => {
  it('escapes every text and attribute', () => {
    expect(String(<p title={HOSTILE}>{HOSTILE}</p>)).toBe(`<p title="${ESCAPED}">${ESCAPED}</p>`);
  });

  it('keeps markup of its own and of `html`, joins lists, and leaves out what is absent', () => {
    const Item = ({ of }: { of: string }) => <li>{of}</li>;
    const items = ['a', 'b<'].map((item) => <Item of={item} />);
    expect(
      String(
        <ul hidden={false} class={undefined} data-all>
          {items}
          {html`<li>c</li>`}
          {null}
          {false}
          {0}
        </ul>,
      ),
    ).toBe('<ul data-all><li>a</li><li>b&lt;</li><li>c</li>0</ul>');
    expect(String(<>a{'&'}b</>)).toBe('a&amp;b');
  });

  it('gives no end tag to elements without content', () => {
    expect(String(<input name="q" required />)).toBe('<input name="q" required>');
  });

  it.each(['javascript:alert(1)', ' JavaScript:alert(1)', '\u0000javascript:x', 'data:text/html,x', 'vbscript:x'])(
    'links to no address that would run: %j',
    (address) => {
      expect(String(<a href={address}>go</a>)).toBe('<a href="about:invalid">go</a>');
    },
  );

  it.each(['/shop?a=b:c', 'https://example.com/', 'shop/a:b', '#content'])('links to %s', (address) => {
    expect(String(<a href={address}>go</a>)).toBe(`<a href="${address}">go</a>`);
  });

  it('has no scripts or styles within the page', () => {
    expect(() => <p onclick="x()">a</p>).toThrow(TypeError);
    expect(() => <p style="color: red">a</p>).toThrow(TypeError);
    expect(() => <script>{'x()'}</script>).toThrow(TypeError);
    expect(() => <p {...{ 'a="b" onclick': 'x' }}>a</p>).toThrow(TypeError);
  });

  it('takes no object that only looks like markup', () => {
    const forged = JSON.parse('{"markup":"<b>"}') as string;
    expect(() => <p>{forged}</p>).toThrow(TypeError);
  });
});
