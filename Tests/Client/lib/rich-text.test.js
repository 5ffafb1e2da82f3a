import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { richText } from '../../../public/lib/rich-text.js';

/** The tokens in a short form: `b(…)`, `i(…)`, `s(…)`, `c(…)`, `a(text|href)`. @param {any[]} tokens @returns {string} */
const short = (tokens) => tokens.map((token) => {
  switch (token.type) {
    case 'text': return token.text;
    case 'code': return `c(${token.text})`;
    case 'link': return token.text === token.href ? `a(${token.text})` : `a(${token.text}|${token.href})`;
    default: return `${token.type[0]}(${short(token.children)})`;
  }
}).join('');

/** @param {string} source the inline tokens of one paragraph */
const line = (source) => {
  const blocks = richText(source);
  assert.equal(blocks.length, 1);
  assert.equal(blocks[0]?.type, 'paragraph');
  return short(/** @type {any} */ (blocks[0]).children);
};

describe('inline', () => {
  for (const [source, tokens] of /** @type {const} */ ([
    ['plain', 'plain'],
    ['a **bold** word', 'a b(bold) word'],
    ['__bold__ and *italic* and _italic_', 'b(bold) and i(italic) and i(italic)'],
    ['~~gone~~', 's(gone)'],
    ['**bold *both* bold**', 'b(bold i(both) bold)'],
    ['*a **b** c*', 'i(a b(b) c)'],
    ['`code *not italic*`', 'c(code *not italic*)'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['a * b * c', 'a * b * c'],
    ['**', '**'], ['****', '****'], ['*', '*'], ['``', '``'], ['a ` b', 'a ` b'],
    ['**open', '**open'], ['open**', 'open**'],
    ['(*x*)', '(i(x))'],
    ['<b>&amp;</b>', '<b>&amp;</b>'],
    ['see https://example.org/a_b_c.', 'see a(https://example.org/a_b_c).'],
    ['(https://example.org/x_(y))', '(a(https://example.org/x_(y)))'],
    ['HTTPS://Example.org', 'a(HTTPS://Example.org|https://example.org/)'],
    ['**https://example.org/**', 'b(a(https://example.org/))'],
    ['xhttps://example.org', 'xhttps://example.org'],
    ['javascript:alert(1) data:text/html,x', 'javascript:alert(1) data:text/html,x'],
    ['https://', 'https://'], ['http://[', 'http://['],
    ['https://example.org"onclick=', 'a(https://example.org|https://example.org/)"onclick='],
    ['«*é*»', '«i(é)»'],
    ['👍 *ok* 👍', '👍 i(ok) 👍'],
  ])) {
    it(JSON.stringify(source), () => assert.equal(line(source), tokens));
  }
});

describe('blocks', () => {
  it('are paragraphs between empty lines, with their line breaks', () => {
    assert.deepEqual(richText('a\nb\r\n\r\nc'), [
      { type: 'paragraph', children: [{ type: 'text', text: 'a\nb' }] },
      { type: 'paragraph', children: [{ type: 'text', text: 'c' }] },
    ]);
  });

  it('are lists, ordered and not', () => {
    const [before, list, numbers] = richText('do:\n- one\n* *two*\n1. first\n2) second');
    assert.equal(before?.type, 'paragraph');
    assert.deepEqual(list, { type: 'list', ordered: false, items: [[{ type: 'text', text: 'one' }], [{ type: 'italic', children: [{ type: 'text', text: 'two' }] }]] });
    assert.equal(/** @type {any} */ (numbers).ordered, true);
    assert.equal(/** @type {any} */ (numbers).items.length, 2);
  });

  it('are code, in which nothing is a mark', () => {
    assert.deepEqual(richText('```js\nlet a = **b**;\n\n- x\n```\nafter'), [
      { type: 'codeBlock', language: 'js', text: 'let a = **b**;\n\n- x' },
      { type: 'paragraph', children: [{ type: 'text', text: 'after' }] },
    ]);
    assert.equal(richText('```\nnever closed')[0]?.type, 'paragraph');
  });

  it('are quotes', () => {
    assert.deepEqual(richText('> a\n>b\nc').map((block) => [block.type, short(/** @type {any} */ (block).children)]), [['quote', 'a\nb'], ['paragraph', 'c']]);
  });

  it('are none in an empty text', () => assert.deepEqual(richText(' \n\n'), []));
});

describe('whatever is written', () => {
  it('keeps every letter', () => {
    let state = 7;
    const random = (/** @type {number} */ below) => (state = (state * 48271) % 2147483647) % below;
    const pieces = ['*', '**', '_', '__', '~~', '`', ' ', 'a', 'é', 'https://x.y/', '(', ')', '.', '👍'];
    for (let round = 0; round < 3000; round += 1) {
      const source = `x${Array.from({ length: random(24) }, () => pieces[random(pieces.length)]).join('')}`;
      const letters = (/** @type {string} */ text) => text.replace(/[*_~`]/g, '');
      const written = (/** @type {any[]} */ tokens) => tokens.map((token) => token.text ?? written(token.children)).join('');
      const got = richText(source).map((block) => written(/** @type {any} */ (block).children)).join('');
      assert.equal(letters(got), letters(source), source);
    }
  });

  it('takes no long time', () => {
    const started = performance.now();
    for (const piece of ['*', '**a ', '_', '`', '~~', 'http://', 'http://[', '*a', '**_~~', '> ', '- ', '```\n', '(', 'http://x)']) {
      richText(piece.repeat(4000).slice(0, 16_000));
    }
    assert.ok(performance.now() - started < 2000);
  });
});
