import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { SteadyVideo } from './steady-video.js';

/**
 * @typedef {object} ScreenView
 * @property {import('../types/messages.js').Participant} participant
 * @property {MediaStreamTrack | null} track its picture
 * @property {boolean} pinned
 */

/** Somebody's shared screen: whole, never cropped. */
export class ScreenTile extends LightElement {
  /** @override */
  static template = html`
    <video data-part="video" autoplay playsinline muted></video>
    <div class="tile-caption"><ui-icon name="screen"></ui-icon><ui-icon name="pin" data-part="pinned" hidden></ui-icon><span class="tile-name" data-part="name"></span></div>
    <button type="button" class="icon-button tile-menu" data-part="full" data-i18n-label="action.fullScreen"><ui-icon name="expand"></ui-icon></button>`;

  /** @type {ScreenView | undefined} */
  #view;
  /** @type {SteadyVideo | undefined} */
  #picture;

  /** @param {ScreenView} view */
  set view(view) {
    this.#view = view;
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.setAttribute('role', 'group');
    this.#picture ??= new SteadyVideo(this.child('video', HTMLVideoElement));
    this.child('video', HTMLVideoElement).muted = true; // its sound is played by `call-audio`
    this.child('full', HTMLButtonElement).addEventListener('click', () => this.#fullScreen(), { signal });
    this.addEventListener('dblclick', (event) => {
      if (event.target instanceof HTMLVideoElement) this.emit('pin', { key: `${this.#view?.participant.id}:screen` });
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
    this.#picture?.show(this.hidden ? null : view.track);
    this.child('pinned', HTMLElement).hidden = !view.pinned;
    const label = t('screen.of', { name: view.participant.name });
    this.child('name', HTMLElement).textContent = label;
    this.setAttribute('aria-label', label);
  }

  async #fullScreen() {
    if (document.fullscreenElement === this) await document.exitFullscreen();
    else await this.requestFullscreen().catch(() => {}); // the browser forbids it: the tile stays as it is
  }
}
customElements.define('screen-tile', ScreenTile);
