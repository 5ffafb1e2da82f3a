import { t } from '../i18n/translate.js';
import { invitation } from '../lib/page-parameters.js';
import { clockTime } from '../lib/format.js';
import { others } from '../state/selectors.js';
import { copyField } from './copy-field.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { togglePopover } from './place-popover.js';

/** @typedef {import('../types/call.js').CallState} CallState */

/** The room's name and clock; behind it the invitation and how the media travels. */
export class RoomBadge extends LightElement {
  /** @override */
  static template = html`
    <button type="button" class="room-button" data-part="open" aria-haspopup="dialog">
      <ui-icon name="lock" class="room-lock" data-part="lock" hidden></ui-icon>
      <span class="room-name" data-part="name"></span>
      <span class="room-clock" data-part="clock" role="timer" aria-live="off"></span>
      <span class="room-viewers" data-part="viewers" hidden><ui-icon name="eye"></ui-icon><span data-part="viewer-count"></span></span>
      <span class="room-way"><ui-icon data-part="way"></ui-icon><span class="room-way-word" data-part="way-word"></span></span>
    </button>
    <div class="room-info" data-part="info" popover role="dialog" aria-labelledby="room-info-title">
      <h2 id="room-info-title" data-i18n="invite.title"></h2>
      <div class="link-row">
        <input class="input" data-part="link" readonly data-i18n-label="invite.link">
        <button type="button" class="button primary" data-part="copy"><ui-icon name="copy"></ui-icon><span data-i18n="invite.copy"></span></button>
      </div>
      <p class="small quiet" data-part="password-note" data-i18n="invite.password" hidden></p>
      <button type="button" class="button wide" data-part="share" hidden><ui-icon name="share"></ui-icon><span data-i18n="invite.share"></span></button>
      <div class="travel">
        <ui-icon data-part="travel-icon"></ui-icon>
        <div><h3 data-part="travel-title"></h3><p class="small quiet" data-part="travel-text"></p></div>
      </div>
      <p class="small" data-part="watched" hidden></p>
      <p class="small quiet" data-part="ends" hidden></p>
    </div>`;

  /** @type {CallState | undefined} */
  #state;
  /** @type {URL} where the server is mounted */
  root = new URL('../', import.meta.url);

  /** @param {CallState} state */
  set state(state) { this.#state = state; this.needsRender(); }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const link = this.child('link', HTMLInputElement);
    this.child('open', HTMLButtonElement).addEventListener('click', () => this.toggle(), { signal });
    this.child('copy', HTMLButtonElement).addEventListener('click', () => this.copy(), { signal });
    this.child('share', HTMLButtonElement).addEventListener('click', () => this.#share(), { signal });
    link.addEventListener('focus', () => link.select(), { signal });
    this.child('share', HTMLElement).hidden = typeof navigator.share !== 'function';
    const timer = setInterval(() => this.#renderClock(), 1000);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  toggle() {
    togglePopover(this.child('info', HTMLElement), this.child('open', HTMLElement));
  }

  /** Puts the invitation on the clipboard. */
  async copy() {
    await copyField(this.child('link', HTMLInputElement), t('invite.copied'));
  }

  /** @override */
  render() {
    const room = this.#state?.room;
    if (!this.#state || !room) return;
    this.child('name', HTMLElement).textContent = room.name;
    this.child('lock', HTMLElement).hidden = !room.locked && !room.hasPassword;
    this.child('link', HTMLInputElement).value = invitation(this.root, room.name).href;
    this.child('password-note', HTMLElement).hidden = !room.hasPassword;
    this.#renderWay(room.name, travels(this.#state), room.viewers);
    this.#renderClock();
  }

  /** @param {string} room @param {'direct' | 'relayed' | 'routed'} way @param {number} viewers who are no participants */
  #renderWay(room, way, viewers) {
    const icon = way === 'routed' ? 'server' : 'direct';
    const watched = viewers > 0 ? t('invite.viewers', { count: viewers }) : '';
    const open = t('invite.open', { room, way: t(`travel.${way}.title`) });
    this.child('open', HTMLElement).setAttribute('aria-label', watched ? `${open}. ${watched}` : open);
    this.child('viewers', HTMLElement).hidden = this.child('watched', HTMLElement).hidden = watched === '';
    this.child('viewer-count', HTMLElement).textContent = String(viewers);
    this.child('watched', HTMLElement).textContent = watched;
    this.child('way', HTMLElement).setAttribute('name', icon);
    this.child('way-word', HTMLElement).textContent = t(`travel.${way}.word`);
    this.child('travel-icon', HTMLElement).setAttribute('name', icon);
    this.child('travel-title', HTMLElement).textContent = t(`travel.${way}.title`);
    this.child('travel-text', HTMLElement).textContent = t(`travel.${way}.text`);
  }

  #renderClock() {
    const room = this.#state?.room;
    if (!room) return;
    this.child('clock', HTMLElement).textContent = clockTime(Date.now() - room.createdAt);
    const ends = this.child('ends', HTMLElement);
    ends.hidden = room.endsAt === null;
    if (room.endsAt !== null) ends.textContent = t('invite.ends', { time: clockTime(room.endsAt - Date.now()) });
  }

  async #share() {
    const url = this.child('link', HTMLInputElement).value;
    // Closing the system's sheet is an AbortError and no news.
    await navigator.share({ title: 'Parley', text: t('invite.text', { room: this.#state?.room?.name ?? '' }), url }).catch(() => {});
  }
}

/**
 * How sound and picture travel now.
 *
 * @param {CallState} state
 * @returns {'direct' | 'relayed' | 'routed'}
 */
function travels(state) {
  if (state.room?.topology !== 'mesh') return 'routed';
  return others(state).some(({ id }) => state.links[id]?.relayed) ? 'relayed' : 'direct';
}
customElements.define('room-badge', RoomBadge);
