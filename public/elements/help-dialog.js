import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { ModalDialog } from './modal-dialog.js';
import { preferences } from './preferences.js';
import { shortcuts } from './shortcuts.js';

/** The keys of the call. */
export class HelpDialog extends ModalDialog {
  /** @override */
  static template = html`
    <dialog class="dialog narrow" data-part="dialog" aria-labelledby="help-title">
      <header class="dialog-header"><h2 id="help-title" data-i18n="help.title"></h2>
        <button type="button" class="icon-button" data-close data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button></header>
      <dl class="keys" data-part="keys"></dl>
      <p class="small quiet" data-part="off" data-i18n="help.off" hidden></p>
      <p class="small quiet" data-i18n="help.tiles"></p>
    </dialog>`;

  /** @override */
  render() {
    this.child('off', HTMLElement).hidden = preferences.values.shortcuts;
    this.child('keys', HTMLElement).replaceChildren(...shortcuts.map(({ key, does }) => {
      const line = document.createElement('div');
      const term = document.createElement('dt');
      const cap = document.createElement('kbd');
      const meaning = document.createElement('dd');
      cap.textContent = key === 'Space' ? t('help.space') : key;
      meaning.textContent = t(does);
      term.append(cap);
      line.append(term, meaning);
      return line;
    }));
  }
}
customElements.define('help-dialog', HelpDialog);
