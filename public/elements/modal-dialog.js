import { LightElement } from './light-element.js';

/** What the dialogs have in common: they open over the page, close by Escape, backdrop or button, and can be opened again. */
export class ModalDialog extends LightElement {
  get dialog() { return this.child('dialog', HTMLDialogElement); }
  get isOpen() { return this.dialog.open; }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const dialog = this.dialog;
    dialog.addEventListener('click', (event) => { if (event.target === dialog) this.close(); }, { signal });
    dialog.addEventListener('close', () => this.closed(), { signal });
    for (const button of dialog.querySelectorAll('[data-close]')) button.addEventListener('click', () => this.close(), { signal });
  }

  open() {
    if (this.isOpen) return;
    this.render();
    this.dialog.showModal();
    this.dialog.scrollTop = 0;
  }

  close() {
    if (this.isOpen) this.dialog.close();
  }

  /** Tidies up after the dialog was closed, however that was. */
  closed() {}
}
