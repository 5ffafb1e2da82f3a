import { richText } from '../lib/rich-text.js';
import { unreachable } from '../lib/unreachable.js';

/** @typedef {import('../lib/rich-text.js').Inline} Inline */
/** @typedef {import('../lib/rich-text.js').Block} Block */

/**
 * What somebody wrote, as elements. Words become text nodes, whatever they hold.
 *
 * @param {string} source
 * @returns {DocumentFragment}
 */
export function richTextView(source) {
  const fragment = document.createDocumentFragment();
  fragment.append(...richText(source).map(blockView));
  return fragment;
}

/**
 * The words alone, for a line that is cut where it ends.
 *
 * @param {string} source
 * @returns {string}
 */
export function plainText(source) {
  return richText(source).map((block) => blockView(block).textContent).join(' ');
}

/** @param {Block} block @returns {Node} */
function blockView(block) {
  switch (block.type) {
    case 'paragraph': return elementOf('p', block.children.map(inlineView));
    case 'quote': return elementOf('blockquote', block.children.map(inlineView));
    case 'list': return elementOf(block.ordered ? 'ol' : 'ul', block.items.map((item) => elementOf('li', item.map(inlineView))));
    case 'codeBlock': return elementOf('pre', [elementOf('code', [document.createTextNode(block.text)])]);
    default: return unreachable(block, document.createTextNode(''));
  }
}

/** @param {Inline} inline @returns {Node} */
function inlineView(inline) {
  switch (inline.type) {
    case 'text': return document.createTextNode(inline.text);
    case 'code': return elementOf('code', [document.createTextNode(inline.text)]);
    case 'link': return linkOf(inline.text, inline.href);
    case 'bold': return elementOf('strong', inline.children.map(inlineView));
    case 'italic': return elementOf('em', inline.children.map(inlineView));
    case 'strike': return elementOf('s', inline.children.map(inlineView));
    default: return unreachable(inline, document.createTextNode(''));
  }
}

/** @param {string} text @param {string} href */
function linkOf(text, href) {
  const link = document.createElement('a');
  link.textContent = text;
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  return link;
}

/** @param {string} name @param {Node[]} children */
function elementOf(name, children) {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}
