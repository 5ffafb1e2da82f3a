/**
 * The words of the interface: one JSON file per language, flat keys, `{name}` for values.
 * An entry with plural forms is an object by the categories of `Intl.PluralRules`, chosen by the value `count`.
 */

/** @typedef {string | Record<string, string>} Entry */
/** @typedef {Record<string, string | number>} Values */

/** The languages there are, each named in itself. */
export const languages = Object.freeze({
  de: 'Deutsch', en: 'English', es: 'Español', fr: 'Français', it: 'Italiano', pt: 'Português',
});

const fallback = 'en';
/** @type {Record<string, Entry>} */
let fallbackEntries = {};
/** @type {Record<string, Entry>} */
let entries = {};
let current = '';
let plurals = new Intl.PluralRules(fallback);

/** The language shown now, as a BCP 47 tag; empty before the first was loaded. */
export function language() {
  return current;
}

/**
 * The first of the wished languages that there is.
 *
 * @param {readonly string[]} wishes BCP 47 tags, best first
 */
export function bestLanguage(wishes) {
  const found = wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '').find((tag) => Object.hasOwn(languages, tag));
  return found ?? fallback;
}

/**
 * Loads a language and shows it everywhere; `languagechange` on the document tells the elements.
 *
 * @param {string} tag
 */
export async function setLanguage(tag) {
  const chosen = bestLanguage([tag]);
  if (Object.keys(fallbackEntries).length === 0) fallbackEntries = await load(fallback);
  entries = chosen === fallback ? fallbackEntries : await load(chosen);
  current = chosen;
  plurals = new Intl.PluralRules(chosen);
  document.documentElement.lang = chosen;
  document.dispatchEvent(new Event('languagechange'));
}

/** @param {string} tag @returns {Promise<Record<string, Entry>>} */
async function load(tag) {
  const answer = await fetch(new URL(`./${tag}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`language ${tag}: ${answer.status}`);
  return answer.json();
}

/**
 * The sentence of a key, with its values filled in.
 *
 * @param {string} key
 * @param {Values} [values]
 * @returns {string} the key itself where no language has it
 */
export function t(key, values = {}) {
  const entry = entries[key] ?? fallbackEntries[key];
  if (entry === undefined) return key;
  const pattern = typeof entry === 'string' ? entry : entry[plurals.select(Number(values.count))] ?? entry.other ?? key;
  return pattern.replace(/\{(\w+)\}/g, (hole, name) => {
    const value = values[name];
    if (value === undefined) return hole;
    return typeof value === 'number' ? value.toLocaleString(current) : value;
  });
}

/** @param {string} key */
export function has(key) {
  return key in entries || key in fallbackEntries;
}

/**
 * Fills in the words of markup: `data-i18n` is the text, `data-i18n-label` the accessible name (and the tooltip),
 * `data-i18n-placeholder` the placeholder.
 *
 * @param {ParentNode} root
 */
export function localize(root) {
  for (const element of root.querySelectorAll('[data-i18n]')) {
    element.textContent = t(element.getAttribute('data-i18n') ?? '');
  }
  for (const element of root.querySelectorAll('[data-i18n-label]')) {
    element.setAttribute('aria-label', t(element.getAttribute('data-i18n-label') ?? ''));
  }
  for (const element of root.querySelectorAll('[data-i18n-placeholder]')) {
    element.setAttribute('placeholder', t(element.getAttribute('data-i18n-placeholder') ?? ''));
  }
}

/** @param {string[]} items */
export function listOf(items) {
  return new Intl.ListFormat(current, { type: 'conjunction' }).format(items);
}
