import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { focusHeading, isShown } from './keep-focus.js';
import { LightElement } from './light-element.js';
import { topmostDialog } from './modal-dialog.js';

/** @typedef {import('./toast.js').Toast} Toast */

const icons = Object.freeze({ info: 'info', success: 'check', warning: 'warning', error: 'error' });
const most = 4;
const item = html`
  <div class="toast">
    <ui-icon></ui-icon><p></p>
    <button type="button" class="button toast-action" hidden></button>
    <button type="button" class="icon-button toast-close"><ui-icon name="close"></ui-icon></button>
  </div>`;

/**
 * Short messages above everything; they go by themselves, except while the pointer or the focus is on them.
 * While a dialog is open everything outside it is inert and silent, so they stand within it.
 */
export class ToastStack extends LightElement {
  /** @override */
  static template = html`<div data-part="polite" role="status"></div><div data-part="urgent" role="alert"></div>`;

  /** @type {HTMLElement | null} what had the focus before it came to a message */
  #origin = null;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    document.addEventListener('dialogs-changed', () => this.#settle(), { signal });
    this.addEventListener('focusin', ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !this.contains(relatedTarget)) this.#origin = relatedTarget;
    }, { signal });
    document.addEventListener('toast', (event) => {
      this.show(/** @type {CustomEvent<Toast>} */ (event).detail);
    }, { signal });
    document.addEventListener('clear-toasts', (event) => {
      this.dismiss(/** @type {CustomEvent<{key?: string}>} */ (event).detail.key);
    }, { signal });
  }

  /** @override */
  disconnected() {
    // A page that goes takes its dialogs along, but not this.
    queueMicrotask(() => { if (!this.isConnected) document.body.append(this); });
  }

  #settle() {
    const place = topmostDialog() ?? document.body;
    if (this.parentElement !== place) place.append(this);
  }

  /** @param {Toast} toast */
  show(toast) {
    this.#settle();
    const place = this.child(toast.level === 'error' ? 'urgent' : 'polite', HTMLElement);
    if (toast.key) this.dismiss(toast.key);
    const shown = this.querySelectorAll('.toast');
    if (shown.length >= most && shown[0]) this.#remove(shown[0]);
    const element = /** @type {HTMLElement} */ (document.importNode(item.content, true).firstElementChild);
    element.classList.add(toast.level);
    if (toast.key) element.dataset.key = toast.key;
    element.querySelector('ui-icon')?.setAttribute('name', icons[toast.level]);
    const text = element.querySelector('p');
    if (text) text.textContent = toast.text;
    this.#addButtons(element, toast);
    place.append(element);
    this.#goLater(element, toast.seconds ?? (toast.action ? 12 : Math.max(4, toast.text.length / 14)));
  }

  /** @param {string} [key] all of them without it */
  dismiss(key) {
    for (const element of this.querySelectorAll('.toast')) {
      if (element instanceof HTMLElement && (key === undefined || element.dataset.key === key)) this.#remove(element);
    }
  }

  /** @param {HTMLElement} element @param {Toast} toast */
  #addButtons(element, { action }) {
    const close = element.querySelector('.toast-close');
    close?.setAttribute('aria-label', t('action.dismiss'));
    close?.addEventListener('click', () => this.#remove(element));
    const button = element.querySelector('.toast-action');
    if (!action || !(button instanceof HTMLElement)) return;
    button.hidden = false;
    button.textContent = action.label;
    button.addEventListener('click', () => {
      this.#remove(element); // first: what the action brings up takes the focus from there
      action.run();
    });
  }

  /** @param {Element} element a message; the focus it has goes back to where it came from */
  #remove(element) {
    const focused = element.contains(document.activeElement);
    element.remove();
    if (!focused) return;
    if (isShown(this.#origin)) this.#origin?.focus();
    else focusHeading(topmostDialog() ?? document);
  }

  /** @param {HTMLElement} element @param {number} seconds 0: it stays */
  #goLater(element, seconds) {
    if (seconds === 0) return;
    let timer = setTimeout(() => this.#remove(element), seconds * 1000);
    const hold = () => clearTimeout(timer);
    const release = () => { timer = setTimeout(() => this.#remove(element), 3000); };
    element.addEventListener('pointerenter', hold);
    element.addEventListener('focusin', hold);
    element.addEventListener('pointerleave', release);
    element.addEventListener('focusout', release);
  }
}
customElements.define('toast-stack', ToastStack);
