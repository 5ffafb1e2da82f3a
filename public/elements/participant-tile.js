import { t } from '../i18n/translate.js';
import { showAvatar } from './avatar.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { SteadyVideo } from './steady-video.js';
import { signalIcons, signalOf } from './signal-words.js';
import { shownSignal, tileLabel, veilKey } from './tile-words.js';

/** @typedef {import('./tile-words.js').TileView} TileView */

/** One participant's video, name, microphone, hand and connection. */
export class ParticipantTile extends LightElement {
  /** @override */
  static template = html`
    <video data-part="video" autoplay playsinline muted></video>
    <div class="tile-nobody" data-part="nobody"><span class="avatar" data-part="avatar"></span></div>
    <div class="tile-veil" data-part="veil" hidden><span class="spinner"></span><span data-part="veil-text"></span></div>
    <span class="tile-hand" data-part="hand" hidden><ui-icon name="hand"></ui-icon><span data-part="hand-order"></span></span>
    <div class="tile-caption">
      <ui-icon name="mic-off" class="tile-muted" data-part="muted" hidden></ui-icon>
      <ui-icon name="pin" data-part="pinned" hidden></ui-icon>
      <ui-icon name="broadcast" data-part="machine" hidden></ui-icon>
      <span class="tile-name" data-part="name"></span>
      <span class="tile-signal" role="img" data-part="signal" hidden><ui-icon data-part="signal-icon"></ui-icon></span>
    </div>
    <button type="button" class="icon-button tile-menu" data-part="menu"><ui-icon name="more"></ui-icon></button>`;

  /** @type {TileView | undefined} */
  #view;
  /** @type {SteadyVideo | undefined} */
  #picture;

  /** @param {TileView} view */
  set view(view) {
    this.#view = view;
    this.needsRender();
  }

  get participant() { return this.#view?.participant; }

  /** How well somebody is connected. @returns {import('./signal-words.js').Signal} */
  get signal() {
    const { participant = {}, me = false, quality = null } = this.#view ?? {};
    return signalOf(participant, me, quality);
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.setAttribute('role', 'group');
    this.#picture ??= new SteadyVideo(this.child('video', HTMLVideoElement));
    this.child('video', HTMLVideoElement).muted = true; // the attribute alone does not mute what a script made
    const menu = this.child('menu', HTMLButtonElement);
    menu.setAttribute('aria-haspopup', 'true');
    menu.addEventListener('click', () => this.#openMenu(menu), { signal });
    this.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      this.#openMenu(menu);
    }, { signal });
    this.addEventListener('dblclick', (event) => {
      if (!menu.contains(/** @type {Node} */ (event.target))) this.emit('pin', { key: this.#view?.participant.id });
    }, { signal });
  }

  /** @override */
  disconnected() {
    this.#picture?.show(null);
  }

  /** @override */
  render() {
    const view = this.#view;
    if (!view) return;
    this.classList.toggle('speaking', view.voice === 'leading');
    this.classList.toggle('heard', view.voice === 'heard');
    this.classList.toggle('me', view.me);
    this.#renderPicture(view);
    this.#renderCaption(view);
    this.#renderHand(view);
    this.#renderVeil(view);
    this.setAttribute('aria-label', tileLabel(view));
    this.child('menu', HTMLElement).setAttribute('aria-label', t('tile.menu', { name: view.participant.name }));
  }

  /** @param {TileView} view */
  #renderPicture(view) {
    const video = this.child('video', HTMLVideoElement);
    this.#picture?.show(view.camera && !this.hidden ? view.track : null);
    video.classList.toggle('mirrored', view.mirrored);
    video.classList.toggle('off', !view.camera);
    this.child('nobody', HTMLElement).hidden = view.camera;
    showAvatar(this.child('avatar', HTMLElement), view.participant.name);
  }

  /** @param {TileView} view */
  #renderCaption(view) {
    const { name } = view.participant;
    this.child('name', HTMLElement).textContent = view.me ? t('tile.you', { name }) : name;
    this.child('muted', HTMLElement).hidden = view.participant.devices.audio;
    this.child('pinned', HTMLElement).hidden = !view.pinned;
    this.child('machine', HTMLElement).hidden = view.participant.role !== 'machine';
    this.#renderSignal(view);
  }

  /** @param {TileView} view */
  #renderSignal(view) {
    const signal = shownSignal(view);
    const element = this.child('signal', HTMLElement);
    element.hidden = signal === null;
    element.setAttribute('aria-label', signal?.words ?? '');
    element.classList.toggle('poor', signal?.level === 'poor' || signal?.level === 'lost');
    this.child('signal-icon', HTMLElement).setAttribute('name', signalIcons[signal?.level ?? 'good']);
  }

  /** @param {TileView} view */
  #renderHand(view) {
    this.child('hand', HTMLElement).hidden = view.handOrder === null;
    this.child('hand-order', HTMLElement).textContent = view.handOrder === null ? '' : String(view.handOrder);
  }

  /** @param {TileView} view */
  #renderVeil(view) {
    const key = veilKey(view);
    this.child('veil', HTMLElement).hidden = key === null;
    this.child('veil-text', HTMLElement).textContent = key === null ? '' : t(key);
  }

  /** @param {HTMLElement} anchor */
  #openMenu(anchor) {
    this.emit('person-menu', { participant: this.#view?.participant.id, anchor, tile: this });
  }
}
customElements.define('participant-tile', ParticipantTile);
