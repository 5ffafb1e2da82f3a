import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';

/** Says that the connection to the server is gone and is being made again; the call stays on the screen meanwhile. */
export class ConnectionBanner extends LightElement {
  /** @override */
  static template = html`<p class="banner" role="status" data-part="banner" hidden><span class="spinner" aria-hidden="true"></span><span data-part="text"></span></p>`;

  #lost = false;

  /** @param {boolean} lost */
  set lost(lost) {
    this.#lost = lost;
    this.needsRender();
  }

  /** @override */
  render() {
    this.child('banner', HTMLElement).hidden = !this.#lost;
    this.child('text', HTMLElement).textContent = this.#lost ? t('call.reconnecting') : '';
  }
}
customElements.define('connection-banner', ConnectionBanner);
