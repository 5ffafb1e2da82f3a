import { t } from '../i18n/translate.js';
import { browserStorage } from '../lib/browser-storage.js';
import { roomNameProblem, suggestRoom } from '../rooms/room-names.js';
import { forgetRoom, recentRooms } from '../rooms/recent-rooms.js';
import { html } from './html.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';

const recentItem = html`
  <li class="recent-room">
    <button type="button" class="recent-open"><ui-icon name="history"></ui-icon><span></span><ui-icon name="arrow-right"></ui-icon></button>
    <button type="button" class="icon-button recent-forget"><ui-icon name="close"></ui-icon></button>
  </li>`;

/** The first page: name a room and start; the rooms visited last; what happens to one's words and pictures. */
export class LandingPage extends LightElement {
  /** @override */
  static template = html`
    <header class="page-header">
      <span class="brand"><img data-part="logo" alt="" width="32" height="32">Parley</span>
      <button type="button" class="icon-button" data-part="settings" data-i18n-label="action.settings"><ui-icon name="settings"></ui-icon></button>
    </header>
    <div class="landing">
      <section class="landing-start">
        <h1 data-i18n="landing.title"></h1>
        <p class="landing-lead" data-i18n="landing.lead"></p>
        <form class="landing-form" data-part="form" novalidate>
          <div class="field">
            <label for="landing-room" data-i18n="landing.room"></label>
            <div class="room-field">
              <input class="input" id="landing-room" data-part="room" autocomplete="off" autocapitalize="none" spellcheck="false"
                enterkeyhint="go" aria-describedby="landing-error">
              <button type="button" class="icon-button" data-part="suggest" data-i18n-label="landing.suggest"><ui-icon name="refresh"></ui-icon></button>
            </div>
          </div>
          <button type="submit" class="button primary large"><span data-i18n="landing.start"></span><ui-icon name="arrow-right"></ui-icon></button>
          <p class="field-error" id="landing-error" data-part="error" role="alert" hidden><ui-icon name="error"></ui-icon><span data-part="error-text"></span></p>
        </form>
        <section class="recent" data-part="recent" aria-labelledby="recent-title" hidden>
          <h2 id="recent-title" data-i18n="landing.recent"></h2>
          <ul data-part="recent-list"></ul>
        </section>
      </section>
      <div class="landing-picture" aria-hidden="true"><img data-part="picture" alt=""></div>
      <ul class="promises">
        <li><ui-icon name="server"></ui-icon><div><h2 data-i18n="landing.server.title"></h2><p data-i18n="landing.server.text"></p></div></li>
        <li><ui-icon name="direct"></ui-icon><div><h2 data-i18n="landing.direct.title"></h2><p data-i18n="landing.direct.text"></p></div></li>
        <li><ui-icon name="eye-off"></ui-icon><div><h2 data-i18n="landing.private.title"></h2><p data-i18n="landing.private.text"></p></div></li>
      </ul>
    </div>`;

  #suggestion = suggestRoom();
  #storage = browserStorage('localStorage');

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('logo', HTMLImageElement).src = new URL('../icons/favicon.svg', import.meta.url).href;
    this.child('picture', HTMLImageElement).src = new URL('../icons/landing.svg', import.meta.url).href;
    const room = this.child('room', HTMLInputElement);
    if (room.value === '') room.value = this.#suggestion;
    room.addEventListener('focus', () => { if (room.value === this.#suggestion) room.select(); }, { signal });
    room.addEventListener('input', () => this.#showProblem(null), { signal });
    this.child('suggest', HTMLButtonElement).addEventListener('click', () => this.#suggest(), { signal });
    this.child('settings', HTMLButtonElement).addEventListener('click', () => this.emit('open-settings'), { signal });
    this.child('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#start();
    }, { signal });
  }

  /** @override */
  render() {
    const rooms = recentRooms(this.#storage);
    this.child('recent', HTMLElement).hidden = rooms.length === 0;
    keyedChildren(this.child('recent-list', HTMLElement), rooms, {
      key: (room) => room,
      create: (room) => this.#recentItem(room),
      update: (item, room) => {
        item.querySelector('.recent-forget')?.setAttribute('aria-label', t('landing.forget', { room }));
      },
    });
  }

  #suggest() {
    this.#suggestion = suggestRoom();
    const room = this.child('room', HTMLInputElement);
    room.value = this.#suggestion;
    this.#showProblem(null);
    room.focus();
  }

  #start() {
    const field = this.child('room', HTMLInputElement);
    const room = field.value.trim();
    const problem = roomNameProblem(room);
    if (problem === null) return this.emit('open-room', { room });
    this.#showProblem(problem);
    field.focus();
  }

  /** @param {'empty' | 'long' | 'characters' | null} problem */
  #showProblem(problem) {
    this.child('error', HTMLElement).hidden = problem === null;
    this.child('room', HTMLInputElement).setAttribute('aria-invalid', String(problem !== null));
    if (problem !== null) this.child('error-text', HTMLElement).textContent = t(`landing.problem.${problem}`);
  }

  /** @param {string} room */
  #recentItem(room) {
    const item = /** @type {HTMLElement} */ (document.importNode(recentItem.content, true).firstElementChild);
    const name = item.querySelector('span');
    if (name) name.textContent = room;
    item.querySelector('.recent-open')?.addEventListener('click', () => this.emit('open-room', { room }));
    item.querySelector('.recent-forget')?.addEventListener('click', () => {
      forgetRoom(this.#storage, room);
      this.render();
      this.child('room', HTMLInputElement).focus();
    });
    return item;
  }
}
customElements.define('landing-page', LandingPage);
