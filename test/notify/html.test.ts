import { describe, expect, it } from 'vitest';
import { html, trusted } from '#notify/html.ts';

describe('html', () => {
  it('escapes what is put in', () => {
    const evil = `<b title="x" onload='y'>&`;
    expect(html`<p class="${evil}">${evil}</p>`.markup).toBe(
      '<p class="&lt;b title=&quot;x&quot; onload=&#39;y&#39;&gt;&amp;">&lt;b title=&quot;x&quot; onload=&#39;y&#39;&gt;&amp;</p>',
    );
  });

  it('keeps markup, joins lists and leaves out nothing', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${null}${0}${trusted('<hr>')}`.markup).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>0<hr>',
    );
  });

  it('takes backslashes as they are written', () => {
    expect(html`${'\\n'}`.markup).toBe('\\n');
  });
});
