import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';

/** Waiting to be let in, or for the host to come. Event `leave-lobby`. */
export class WaitingPage extends LightElement {
  /** @override */
  static template = html`
    <header class="page-header"><span class="brand"><img data-part="logo" alt="" width="32" height="32">Parley</span></header>
    <section class="message-page">
      <span class="waiting-picture" aria-hidden="true"><ui-icon data-part="icon"></ui-icon></span>
      <h1 data-part="title"></h1>
      <p class="quiet" data-part="text"></p>
      <div role="status">
        <figure class="host-message" data-part="message" hidden>
          <figcaption class="small quiet" data-i18n="waiting.fromHost"></figcaption>
          <blockquote data-part="message-text"></blockquote>
        </figure>
      </div>
      <p class="small quiet" data-i18n="waiting.nothing"></p>
      <button type="button" class="button" data-part="leave" data-i18n="action.leave"></button>
    </section>`;

  /** @type {import('../types/call.js').CallState | undefined} */
  #state;
  #room = '';

  /** @param {import('../types/call.js').CallState} state */
  set state(state) { this.#state = state; this.needsRender(); }
  /** @param {string} room */
  set room(room) { this.#room = room; this.needsRender(); }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('logo', HTMLImageElement).src = new URL('../icons/favicon.svg', import.meta.url).href;
    this.child('leave', HTMLButtonElement).addEventListener('click', () => this.emit('leave-lobby'), { signal });
  }

  /** @override */
  render() {
    const reason = this.#state?.waitingReason ?? 'lobby';
    const message = this.#state?.waitingMessage ?? null;
    this.child('icon', HTMLElement).setAttribute('name', reason === 'host' ? 'clock' : 'door');
    this.child('title', HTMLElement).textContent = t(`waiting.${reason}.title`);
    this.child('text', HTMLElement).textContent = t(`waiting.${reason}.text`, { room: this.#room });
    this.child('message', HTMLElement).hidden = message === null || message === '';
    this.child('message-text', HTMLElement).textContent = message ?? '';
  }
}
customElements.define('waiting-page', WaitingPage);
