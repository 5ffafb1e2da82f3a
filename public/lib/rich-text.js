/**
 * What people write in the chat, as tokens: bold, italics, code, links, lists. Never HTML: who shows it makes elements.
 *
 * No rule backtracks and a mark without its closing one is looked for once, so that no text takes long.
 *
 * @typedef {{ type: 'text', text: string } | { type: 'code', text: string } | { type: 'link', text: string, href: string }
 *   | { type: 'bold' | 'italic' | 'strike', children: Inline[] }} Inline
 * @typedef {{ type: 'paragraph', children: Inline[] } | { type: 'quote', children: Inline[] }
 *   | { type: 'list', ordered: boolean, items: Inline[][] } | { type: 'codeBlock', text: string, language: string | null }} Block
 */

const maximumNesting = 4; // bold in italics in strike is enough
/** What may follow a marker character that ends a word: so that `2*3*4` and `a_b_c` stay as they are. */
const wordCharacter = /[\p{L}\p{N}]/u;
const linkStart = /https?:\/\/[^\s<>"'`]+/iuy;
/** @type {ReadonlyArray<{ mark: string, type: 'bold' | 'italic' | 'strike' }>} longest first */
const marks = [
  { mark: '**', type: 'bold' },
  { mark: '__', type: 'bold' },
  { mark: '~~', type: 'strike' },
  { mark: '*', type: 'italic' },
  { mark: '_', type: 'italic' },
];

/**
 * @param {string} source
 * @returns {Block[]}
 */
export function richText(source) {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  /** @type {Block[]} */
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const [block, next] = fence(lines, at) ?? list(lines, at) ?? quote(lines, at) ?? paragraph(lines, at);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

/** @typedef {[block: Block, next: number]} Taken a block and the line after it */

/** @param {string[]} lines @param {number} from @returns {Taken | null} */
function fence(lines, from) {
  const start = /^```(\w{0,20})\s*$/.exec(lines[from] ?? '');
  if (!start) return null;
  const end = lines.findIndex((line, index) => index > from && line.trimEnd() === '```');
  if (end < 0) return null;
  return [{ type: 'codeBlock', text: lines.slice(from + 1, end).join('\n'), language: start[1] || null }, end + 1];
}

/** @param {string} line @returns {{ ordered: boolean, text: string } | null} */
function listItem(line) {
  const match = /^ {0,3}(?:([-*•])|\d{1,3}[.)]) +(\S.*)$/u.exec(line);
  return match ? { ordered: match[1] === undefined, text: match[2] ?? '' } : null;
}

/** @param {string[]} lines @param {number} from @returns {Taken | null} */
function list(lines, from) {
  const first = listItem(lines[from] ?? '');
  if (!first) return null;
  const items = [];
  let at = from;
  for (let item = listItem(lines[at] ?? ''); item?.ordered === first.ordered; item = listItem(lines[at] ?? '')) {
    items.push(inline(item.text));
    at += 1;
  }
  return [{ type: 'list', ordered: first.ordered, items }, at];
}

/** @param {string[]} lines @param {number} from @returns {Taken | null} */
function quote(lines, from) {
  let at = from;
  while (/^> ?/.test(lines[at] ?? '')) at += 1;
  if (at === from) return null;
  const text = lines.slice(from, at).map((line) => line.replace(/^> ?/, '')).join('\n');
  return [{ type: 'quote', children: inline(text) }, at];
}

/** @param {string[]} lines @param {number} from @returns {Taken} */
function paragraph(lines, from) {
  let at = from + 1;
  while (at < lines.length && lines[at]?.trim() !== '' && !startsBlock(lines, at)) at += 1;
  return [{ type: 'paragraph', children: inline(lines.slice(from, at).join('\n')) }, at];
}

/** @param {string[]} lines @param {number} at */
function startsBlock(lines, at) {
  const line = lines[at] ?? '';
  return line.startsWith('```') || line.startsWith('>') || listItem(line) !== null;
}

/**
 * The tokens of one run of text.
 *
 * @param {string} text
 * @param {number} [depth]
 * @returns {Inline[]}
 */
function inline(text, depth = 0) {
  /** @type {Inline[]} */
  const tokens = [];
  let plainFrom = 0;
  let at = 0;
  const missing = new Set(); // marks that have no closing one ahead: looked for once
  while (at < text.length) {
    const found = code(text, at, missing) ?? link(text, at) ?? emphasis(text, at, depth, missing);
    if (!found) {
      at += 1;
      continue;
    }
    if (at > plainFrom) tokens.push({ type: 'text', text: text.slice(plainFrom, at) });
    tokens.push(found.token);
    at = plainFrom = found.next;
  }
  if (plainFrom < text.length) tokens.push({ type: 'text', text: text.slice(plainFrom) });
  return tokens;
}

/** @param {string} text @param {number} at @param {Set<string>} missing @returns {{ token: Inline, next: number } | null} */
function code(text, at, missing) {
  if (text[at] !== '`' || missing.has('`')) return null;
  const end = text.indexOf('`', at + 1);
  if (end < 0) missing.add('`');
  if (end <= at + 1) return null;
  return { token: { type: 'code', text: text.slice(at + 1, end) }, next: end + 1 };
}

/** @param {string} text @param {number} at @returns {{ token: Inline, next: number } | null} */
function link(text, at) {
  const letter = text[at];
  if ((letter !== 'h' && letter !== 'H') || wordCharacter.test(text[at - 1] ?? '')) return null;
  linkStart.lastIndex = at;
  const written = linkStart.exec(text)?.[0];
  if (!written) return null;
  const shown = withoutTail(written);
  const href = safeHref(shown);
  return href ? { token: { type: 'link', text: shown, href }, next: at + shown.length } : null;
}

/**
 * The sentence's own punctuation does not belong to a link at its end.
 *
 * @param {string} written
 */
function withoutTail(written) {
  let end = written.length;
  let unopened = count(written, ')') - count(written, '(');
  for (; end > 0; end -= 1) {
    const last = written[end - 1] ?? '';
    if (last === ')' && unopened > 0) unopened -= 1;
    else if (!'.,:;!?*_~…'.includes(last)) break;
  }
  return written.slice(0, end);
}

/** @param {string} text @param {string} character */
function count(text, character) {
  return text.split(character).length - 1;
}

/** @param {string} text @returns {string | null} */
function safeHref(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @param {number} at
 * @param {number} depth
 * @param {Set<string>} missing
 * @returns {{ token: Inline, next: number } | null}
 */
function emphasis(text, at, depth, missing) {
  if (depth >= maximumNesting) return null;
  for (const { mark, type } of marks) {
    if (!text.startsWith(mark, at) || missing.has(mark) || !opens(text, at, mark)) continue;
    const end = closing(text, at + mark.length, mark);
    if (end < 0) {
      missing.add(mark);
      continue;
    }
    return { token: { type, children: inline(text.slice(at + mark.length, end), depth + 1) }, next: end + mark.length };
  }
  return null;
}

/** @param {string} text @param {number} at @param {string} mark */
function opens(text, at, mark) {
  const after = text[at + mark.length] ?? ' ';
  return /\S/.test(after) && after !== mark[0] && !wordCharacter.test(text[at - 1] ?? '');
}

/** @param {string} text @param {number} from @param {string} mark @returns {number} where the mark closes, or −1 */
function closing(text, from, mark) {
  for (let end = text.indexOf(mark, from + 1); end >= 0; end = text.indexOf(mark, end + mark.length)) {
    const after = text[end + mark.length] ?? '';
    const inRun = mark.length === 1 && (after === mark || text[end - 1] === mark);
    if (/\S/.test(text[end - 1] ?? ' ') && !wordCharacter.test(after) && !inRun) return end;
    if (mark.length === 1 && after === mark) end += 1; // a doubled mark is another one
  }
  return -1;
}
