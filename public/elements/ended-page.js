import { has, t } from '../i18n/translate.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';

/** Ends after which another try makes no sense. */
const final = new Set(['removed', 'banned', 'denied', 'roomEnded']);

/** The page after the call: why it is over and where to go. Events `rejoin` and `go-home`. */
export class EndedPage extends LightElement {
  /** @override */
  static template = html`
    <header class="page-header"><span class="brand"><img data-part="logo" alt="" width="32" height="32">Parley</span></header>
    <section class="message-page">
      <h1 data-part="title"></h1>
      <p class="quiet" data-part="text"></p>
      <figure class="host-message" data-part="message" hidden>
        <figcaption class="small quiet" data-i18n="waiting.fromHost"></figcaption>
        <blockquote data-part="message-text"></blockquote>
      </figure>
      <div class="row">
        <button type="button" class="button primary" data-part="rejoin"><ui-icon name="refresh"></ui-icon><span data-i18n="ended.again"></span></button>
        <button type="button" class="button" data-part="home"><ui-icon name="home"></ui-icon><span data-i18n="ended.home"></span></button>
      </div>
    </section>`;

  /** @type {import('../types/call.js').CallEnd | null} */
  #ended = null;
  #room = '';

  /** @param {import('../types/call.js').CallEnd | null} ended */
  set ended(ended) { this.#ended = ended; this.needsRender(); }
  /** @param {string} room */
  set room(room) { this.#room = room; this.needsRender(); }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('logo', HTMLImageElement).src = new URL('../icons/favicon.svg', import.meta.url).href;
    this.child('rejoin', HTMLButtonElement).addEventListener('click', () => this.emit('rejoin'), { signal });
    this.child('home', HTMLButtonElement).addEventListener('click', () => this.emit('go-home'), { signal });
  }

  /** @override */
  render() {
    const code = this.#ended?.code ?? 'left';
    const known = has(`ended.${code}.title`) ? code : 'other';
    this.child('title', HTMLElement).textContent = t(`ended.${known}.title`);
    this.child('text', HTMLElement).textContent = has(`ended.${code}.text`) ? t(`ended.${code}.text`, { room: this.#room })
      : has(`error.${code}`) ? t(`error.${code}`) : t('ended.other.text');
    const message = known === 'other' ? null : this.#ended?.message ?? null;
    this.child('message', HTMLElement).hidden = message === null || message === '';
    this.child('message-text', HTMLElement).textContent = message ?? '';
    this.child('rejoin', HTMLElement).hidden = final.has(code);
    this.child('home', HTMLElement).classList.toggle('primary', final.has(code));
  }
}
customElements.define('ended-page', EndedPage);
