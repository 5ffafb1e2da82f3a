import { has, language, t } from '../i18n/translate.js';
import { timeOfDay } from '../lib/format.js';
import { LightElement } from './light-element.js';
import { refusalText } from './refusal.js';

/** @typedef {import('../types/messages.js').AuditEntry} AuditEntry */

/** What moderators did in this room, newest first. */
export class AuditLog extends LightElement {
  /** @type {() => Promise<AuditEntry[]>} asks the controller for the entries; the page sets it */
  source = () => new Promise((resolve) => this.emit('audit', { resolve }));

  async load() {
    try {
      this.#show(await this.source());
    } catch (error) {
      this.textContent = refusalText(error);
    }
  }

  /** @param {AuditEntry[]} entries */
  #show(entries) {
    if (entries.length === 0) {
      this.textContent = t('audit.empty');
      return;
    }
    const list = document.createElement('ol');
    list.append(...[...entries].reverse().map((entry) => {
      const line = document.createElement('li');
      const time = document.createElement('time');
      const words = document.createElement('span');
      time.textContent = timeOfDay(entry.time, language());
      words.textContent = sentence(entry);
      line.append(time, words);
      return line;
    }));
    this.replaceChildren(list);
  }
}

/** @param {AuditEntry} entry */
function sentence({ byName, action, targetName, detail }) {
  const key = `audit.${action}`;
  const what = has(key) ? t(key, { by: byName, target: targetName ?? '' }) : [byName, action, targetName].filter(Boolean).join(' · ');
  return detail ? `${what} (${detail})` : what;
}
customElements.define('audit-log', AuditLog);
