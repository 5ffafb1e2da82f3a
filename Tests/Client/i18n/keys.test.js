import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { bestLanguage, languages as offered } from '../../../public/i18n/translate.js';

const top = fileURLToPath(new URL('../../../public/', import.meta.url));
const files = readdirSync(top, { recursive: true }).map(String);
/** @param {string} name */
const read = (name) => readFileSync(`${top}${name}`, 'utf8');

/** @param {string} text */
const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** @type {Map<string, Record<string, string | Record<string, string>>>} by language */
const languages = new Map(files
  .filter((name) => /^i18n.[a-z-]+\.json$/i.test(name))
  .map((name) => [name.slice(5, -5), JSON.parse(read(name))]));
const english = languages.get('en') ?? {};
const keys = Object.keys(english);
const sections = new Set(keys.map((key) => key.split('.')[0] ?? ''));

const sources = files.filter((name) => /\.(js|html)$/.test(name)).map((name) => ({ name, text: withoutComments(read(name)) }));

/** Every text in quotes that has the form of a key, and every key in markup. */
const literals = sources.flatMap(({ name, text }) => [
  ...[...text.matchAll(/(['"`])([a-z][A-Za-z]*(?:\.[A-Za-z0-9]+)+)\1/g)].map((match) => match[2] ?? ''),
  ...[...text.matchAll(/data-i18n[a-z-]*="([^"]+)"/g)].map((match) => match[1] ?? ''),
].filter((key) => sections.has(key.split('.')[0] ?? '') && !key.endsWith('.js')).map((key) => ({ name, key })));

/** Keys that are put together: `error.${code}` is any key with one part there. */
const templates = sources.flatMap(({ text }) => [...text.matchAll(/`([a-z][A-Za-z]*\.[^`\s]*\$\{[^`]*)`/g)].map((match) => match[1] ?? ''))
  .filter((template) => sections.has(template.split('.')[0] ?? ''))
  .map((template) => new RegExp(`^${template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.')).join('[A-Za-z0-9]+')}$`));

/** The members of a union of texts in a declaration file. @param {string} file @param {string} type */
function union(file, type) {
  const declared = new RegExp(`export type ${type} =([^;]*);`).exec(read(`types/${file}`))?.[1] ?? '';
  const members = [...declared.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
  assert.ok(members.length > 1, `${type} has members`);
  return members;
}

/** @param {string | Record<string, string>} entry @returns {string[]} each form's text */
const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
/** @param {string | Record<string, string> | undefined} entry */
const values = (entry) => [...new Set(forms(entry ?? '').flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

describe('the languages', () => {
  it('on offer are those that have words', () => assert.deepEqual(Object.keys(offered).sort(), [...languages.keys()].sort()));

  it('on offer are those in which a page that did not come whole, or has no scripts, says so', () => {
    const start = [...read('start.js').matchAll(/^  ([a-z]{2}): \{ text:/gm)].map((match) => match[1]);
    const unscripted = [...read('index.html').matchAll(/<p lang="([a-z]{2})">/g)].map((match) => match[1]);
    assert.deepEqual(start, Object.keys(offered));
    assert.deepEqual(['en', ...unscripted].sort(), Object.keys(offered).sort());
  });

  it('that a browser wishes are tried in order, whatever their region', () => {
    assert.equal(bestLanguage(['nl-NL', 'pt-PT', 'de']), 'pt');
    assert.equal(bestLanguage(['de-AT', 'en']), 'de');
    assert.equal(bestLanguage(['nl', 'constructor']), 'en');
  });
});

for (const [language, entries] of languages) {
  describe(`the words in ${language}`, () => {
    it('have exactly the keys of English', () => assert.deepEqual(Object.keys(entries).sort(), [...keys].sort()));

    it('are not empty and take the same values', () => {
      for (const key of keys) {
        for (const text of forms(entries[key] ?? '')) assert.notEqual(text.trim(), '', key);
        assert.deepEqual(values(entries[key]), values(english[key]), key);
      }
    });

    it('are sentences of that language, not those of English', () => {
      const copied = keys.filter((key) => language !== 'en' && forms(english[key] ?? '').some((text) => text.split(' ').length > 3 && forms(entries[key] ?? '').includes(text)));
      assert.deepEqual(copied, []);
    });

    it('have every plural form that the language needs', () => {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, entry] of Object.entries(entries)) {
        if (typeof entry !== 'string') assert.ok('other' in entry && needed.every((form) => form in entry || form === 'many'), key);
      }
    });
  });
}

describe('every key', () => {
  it('that is used exists', () => {
    assert.ok(literals.length > 100, 'keys are found at all');
    const unknown = literals.filter(({ key }) => !(key in english)).map(({ name, key }) => `${name}: ${key}`);
    assert.deepEqual(unknown, []);
  });

  it('that exists is used', () => {
    const used = new Set(literals.map(({ key }) => key));
    const unused = keys.filter((key) => !used.has(key) && !templates.some((template) => template.test(key)));
    assert.deepEqual(unused, []);
  });

  it('of a refusal, a notice, a role and a moderation exists', () => {
    const needed = [
      ...union('messages.d.ts', 'ServerErrorCode').map((code) => `error.${code}`),
      ...union('messages.d.ts', 'ClientErrorCode').map((code) => `error.${code}`),
      ...union('messages.d.ts', 'Role').flatMap((role) => [`role.${role}`, `notice.role.${role}`]),
      ...union('messages.d.ts', 'ModerationAction').filter((action) => action !== 'remove' && action !== 'ban').map((action) => `moderated.${action}`),
      ...union('call.d.ts', 'NoticeKey'),
    ];
    assert.deepEqual(needed.filter((key) => !(key in english)), []);
  });
});
