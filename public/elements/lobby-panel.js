import { t } from '../i18n/translate.js';
import { showAvatar } from './avatar.js';
import { html } from './html.js';
import { keepFocus } from './keep-focus.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';
import { toast } from './toast.js';
import { refusalText } from './refusal.js';

/** @typedef {import('../types/messages.js').Waiting} Waiting */

const row = html`
  <li class="waiting-row">
    <span class="avatar" aria-hidden="true"></span>
    <span class="grow waiting-name"></span>
    <span class="waiting-buttons">
      <button type="button" class="button waiting-deny" data-do="deny"></button>
      <button type="button" class="button primary waiting-admit" data-do="admit"></button>
    </span>
  </li>`;

/** Those who wait to be admitted: let in one or all, send away, write to them. */
export class LobbyPanel extends LightElement {
  /** @override */
  static template = html`
    <section class="lobby" aria-labelledby="lobby-title">
      <header class="lobby-header"><h3 id="lobby-title" data-part="title" tabindex="-1"></h3>
        <button type="button" class="button" data-part="deny-all" data-i18n="lobby.denyAll"></button>
        <button type="button" class="button primary" data-part="admit-all" data-i18n="lobby.admitAll"></button></header>
      <ul data-part="list"></ul>
      <form class="lobby-message" data-part="form">
        <input class="input" data-part="text" maxlength="500" autocomplete="off" data-i18n-label="lobby.message" data-i18n-placeholder="lobby.message">
        <button type="submit" class="icon-button" data-i18n-label="lobby.send"><ui-icon name="send"></ui-icon></button>
      </form>
    </section>`;

  /** @type {readonly Waiting[]} */
  #waiting = [];
  /** Where the focus goes when nobody waits any more. @type {() => HTMLElement} */
  refuge = () => document.body;

  /** @param {readonly Waiting[]} waiting */
  set waiting(waiting) {
    this.#waiting = waiting;
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('admit-all', HTMLButtonElement).addEventListener('click', () => this.act({ type: 'admit', who: 'everyone' }), { signal });
    this.child('deny-all', HTMLButtonElement).addEventListener('click', () => this.act({ type: 'deny', who: 'everyone' }), { signal });
    this.child('list', HTMLElement).addEventListener('click', (event) => this.#decide(event), { signal });
    this.child('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#write();
    }, { signal });
  }

  /** @override */
  render() {
    keepFocus(this, () => this.#show(), () => (this.hidden ? this.refuge() : this.child('title', HTMLElement)));
  }

  #show() {
    const waiting = this.#waiting;
    this.hidden = waiting.length === 0;
    this.child('title', HTMLElement).textContent = t('lobby.count', { count: waiting.length });
    this.child('admit-all', HTMLElement).hidden = waiting.length < 2;
    this.child('deny-all', HTMLElement).hidden = waiting.length < 2;
    keyedChildren(this.child('list', HTMLElement), waiting, {
      key: ({ id }) => id,
      create: () => /** @type {HTMLElement} */ (document.importNode(row.content, true).firstElementChild),
      update: (element, person) => showRow(element, person),
    });
  }

  /** @param {Event} event */
  #decide(event) {
    const button = /** @type {Element} */ (event.target).closest('button');
    const id = button?.closest('li')?.dataset.participant;
    if (!button || !id) return;
    this.act(button.dataset.do === 'admit' ? { type: 'admit', who: [id] } : { type: 'deny', who: [id] });
  }

  async #write() {
    const field = this.child('text', HTMLInputElement);
    const text = field.value.trim();
    if (text === '') return;
    try {
      await this.ask({ type: 'messageWaiting', text });
      field.value = '';
      toast(t('lobby.sent'), { level: 'success', key: 'lobby-sent' });
    } catch (error) {
      toast(refusalText(error), { level: 'error' });
    }
  }
}

/** @param {HTMLElement} element @param {Waiting} person */
function showRow(element, { id, name }) {
  element.dataset.participant = id;
  const avatar = element.querySelector('.avatar');
  const place = element.querySelector('.waiting-name');
  if (avatar instanceof HTMLElement) showAvatar(avatar, name);
  if (place) place.textContent = name;
  for (const action of /** @type {const} */ (['deny', 'admit'])) {
    const button = element.querySelector(`[data-do="${action}"]`);
    if (button) button.textContent = t(`lobby.${action}`);
    button?.setAttribute('aria-label', t(`lobby.${action}.name`, { name }));
  }
}
customElements.define('lobby-panel', LobbyPanel);
