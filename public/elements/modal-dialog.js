import { LightElement } from './light-element.js';

/** @type {HTMLDialogElement[]} those that are open, the last opened on top */
let open = [];

/** The dialog that everything else is inert behind; null when none is open. */
export function topmostDialog() {
  return open.at(-1) ?? null;
}

/** @param {HTMLDialogElement[]} dialogs */
function nowOpen(dialogs) {
  open = dialogs;
  document.dispatchEvent(new Event('dialogs-changed'));
}

/** What the dialogs have in common: they open over the page, close by Escape, backdrop or button, and can be opened again. */
export class ModalDialog extends LightElement {
  get dialog() { return this.child('dialog', HTMLDialogElement); }
  get isOpen() { return this.dialog.open; }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const dialog = this.dialog;
    dialog.addEventListener('click', (event) => { if (event.target === dialog) this.close(); }, { signal });
    dialog.addEventListener('close', () => {
      nowOpen(open.filter((one) => one !== dialog));
      this.closed();
    }, { signal });
    signal.addEventListener('abort', () => nowOpen(open.filter((one) => one !== dialog)));
    for (const button of dialog.querySelectorAll('[data-close]')) button.addEventListener('click', () => this.close(), { signal });
  }

  open() {
    if (this.isOpen) return;
    this.render();
    this.dialog.showModal();
    this.dialog.scrollTop = 0;
    nowOpen([...open, this.dialog]);
  }

  close() {
    if (this.isOpen) this.dialog.close();
  }

  /** Tidies up after the dialog was closed, however that was. */
  closed() {}
}
