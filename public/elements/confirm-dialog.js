import { html } from './html.js';
import { ModalDialog } from './modal-dialog.js';

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text
 * @property {string} action what the confirming button says
 * @property {boolean} [danger]
 * @property {string} [ask] label of a line that may be filled in
 */

/** Asks before something that cannot be undone. */
export class ConfirmDialog extends ModalDialog {
  /** @override */
  static template = html`
    <dialog class="dialog narrow" data-part="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-text">
      <form method="dialog" data-part="form">
        <h2 id="confirm-title" data-part="title"></h2>
        <p id="confirm-text" class="quiet" data-part="text"></p>
        <div class="field" data-part="ask-field" hidden>
          <label for="confirm-ask" data-part="ask-label"></label>
          <input class="input" id="confirm-ask" data-part="ask" maxlength="200" autocomplete="off">
        </div>
        <div class="dialog-buttons">
          <button type="button" class="button" data-close data-i18n="action.cancel" data-part="cancel"></button>
          <button type="submit" class="button" data-part="action"></button>
        </div>
      </form>
    </dialog>`;

  /** @type {((answer: string | null) => void) | null} */
  #answer = null;
  /** @type {string | null} told when the dialog is closed: the focus is back by then, and what follows may move it */
  #given = null;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    super.connected(signal);
    this.child('form', HTMLFormElement).addEventListener('submit', () => { this.#given = this.child('ask', HTMLInputElement).value.trim(); }, { signal });
  }

  /** @param {Question} question @returns {Promise<string | null>} what was filled in (or nothing), null when it was called off */
  put({ title, text, action, danger = false, ask }) {
    this.closed();
    this.child('title', HTMLElement).textContent = title;
    this.child('text', HTMLElement).textContent = text;
    const button = this.child('action', HTMLButtonElement);
    button.textContent = action;
    button.classList.toggle('danger', danger);
    button.classList.toggle('primary', !danger);
    this.child('ask-field', HTMLElement).hidden = ask === undefined;
    this.child('ask-label', HTMLElement).textContent = ask ?? '';
    this.child('ask', HTMLInputElement).value = '';
    this.open();
    (ask === undefined ? this.child(danger ? 'cancel' : 'action', HTMLElement) : this.child('ask', HTMLElement)).focus();
    return new Promise((resolve) => { this.#answer = resolve; });
  }

  /** @override */
  closed() {
    const given = this.#given;
    this.#given = null;
    this.#reply(given);
  }

  /** @param {string | null} answer */
  #reply(answer) {
    const reply = this.#answer;
    this.#answer = null;
    reply?.(answer);
  }
}
customElements.define('confirm-dialog', ConfirmDialog);

/**
 * Asks and waits for the answer.
 *
 * @param {Question} question
 * @returns {Promise<string | null>} null when it was called off
 */
export function confirm(question) {
  let dialog = document.querySelector('confirm-dialog');
  if (!(dialog instanceof ConfirmDialog)) {
    dialog = new ConfirmDialog();
    document.body.append(dialog);
  }
  return /** @type {ConfirmDialog} */ (dialog).put(question);
}
