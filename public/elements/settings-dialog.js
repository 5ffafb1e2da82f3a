import { languages, t } from '../i18n/translate.js';
import { DeviceChoices } from './device-choices.js';
import { html } from './html.js';
import { ModalDialog } from './modal-dialog.js';
import { preferences } from './preferences.js';
import { refusalText } from './refusal.js';
import { StatisticsPanel } from './statistics-panel.js';
import { toast } from './toast.js';

/** @typedef {'devices' | 'general' | 'statistics'} Tab */
/** @type {readonly Tab[]} */
const tabs = ['devices', 'general', 'statistics'];

/** Devices, language, looks, and the figures of the connections. */
export class SettingsDialog extends ModalDialog {
  /** @override */
  static template = html`
    <dialog class="dialog" data-part="dialog" aria-labelledby="settings-title">
      <header class="dialog-header"><h2 id="settings-title" data-i18n="action.settings"></h2>
        <button type="button" class="icon-button" data-close data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button></header>
      <div class="tabs" role="tablist" data-part="tabs" data-i18n-label="action.settings">
        <button type="button" role="tab" id="tab-devices" aria-controls="panel-devices" data-tab="devices"><ui-icon name="camera"></ui-icon><span data-i18n="settings.devices"></span></button>
        <button type="button" role="tab" id="tab-general" aria-controls="panel-general" data-tab="general"><ui-icon name="settings"></ui-icon><span data-i18n="settings.general"></span></button>
        <button type="button" role="tab" id="tab-statistics" aria-controls="panel-statistics" data-tab="statistics"><ui-icon name="chart"></ui-icon><span data-i18n="settings.statistics"></span></button>
      </div>
      <div class="dialog-body">
        <div role="tabpanel" id="panel-devices" aria-labelledby="tab-devices" data-panel="devices">
          <device-choices data-part="devices"></device-choices>
          <fieldset class="voice"><legend class="visually-hidden" data-i18n="device.microphone"></legend>
            <label class="switch"><span data-i18n="voice.noiseSuppression"></span><input type="checkbox" role="switch" data-filter="noiseSuppression"></label>
            <label class="switch"><span data-i18n="voice.echoCancellation"></span><input type="checkbox" role="switch" data-filter="echoCancellation"></label>
            <label class="switch"><span data-i18n="voice.autoGainControl"></span><input type="checkbox" role="switch" data-filter="autoGainControl"></label>
          </fieldset>
          <button type="button" class="button" data-part="test"><ui-icon name="signal-medium"></ui-icon><span data-i18n="action.testConnection"></span></button>
        </div>
        <div role="tabpanel" id="panel-general" aria-labelledby="tab-general" data-panel="general" class="stack-small">
          <div class="two-fields">
            <div class="field"><label for="settings-language" data-i18n="settings.language"></label>
              <span class="select-box"><select class="select" id="settings-language" data-part="language"></select><ui-icon name="chevron-down"></ui-icon></span></div>
            <div class="field"><label for="settings-theme" data-i18n="settings.theme"></label>
              <span class="select-box"><select class="select" id="settings-theme" data-part="theme"></select><ui-icon name="chevron-down"></ui-icon></span></div>
          </div>
          <label class="switch"><span data-i18n="settings.mirror"></span><input type="checkbox" role="switch" data-liking="mirror"></label>
          <label class="switch"><span data-i18n="settings.hideSelf"></span><input type="checkbox" role="switch" data-liking="hideSelf"></label>
          <label class="switch"><span><span data-i18n="help.title"></span><small data-i18n="settings.shortcuts.text"></small></span><input type="checkbox" role="switch" data-liking="shortcuts"></label>
          <label class="switch"><span><span data-i18n="settings.pushToTalk"></span><small data-i18n="settings.pushToTalk.text"></small></span><input type="checkbox" role="switch" data-liking="pushToTalk"></label>
          <label class="switch"><span data-i18n="settings.announce"></span><input type="checkbox" role="switch" data-liking="announceArrivals"></label>
        </div>
        <div role="tabpanel" id="panel-statistics" aria-labelledby="tab-statistics" data-panel="statistics">
          <statistics-panel data-part="statistics"></statistics-panel>
        </div>
      </div>
    </dialog>`;

  /** @type {import('../call/local-media.js').LocalMedia | undefined} */
  media;
  /** @type {import('../call/call-controller.js').CallController | null} the call whose figures are shown; null outside a call */
  call = null;
  /** @type {Tab} */
  #tab = 'devices';

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    super.connected(signal);
    this.child('devices', DeviceChoices).media = this.media;
    this.child('test', HTMLButtonElement).addEventListener('click', () => this.emit('test-connection'), { signal });
    const list = this.child('tabs', HTMLElement);
    list.addEventListener('click', (event) => {
      const tab = /** @type {Element} */ (event.target).closest('[data-tab]');
      if (tab instanceof HTMLElement) this.#show(/** @type {Tab} */ (tab.dataset.tab));
    }, { signal });
    list.addEventListener('keydown', (event) => this.#arrow(event), { signal });
    this.addEventListener('change', (event) => this.#changed(event), { signal });
    preferences.addEventListener('change', () => this.needsRender(), { signal });
  }

  /** @param {Tab} [tab] @override */
  open(tab = 'devices') {
    super.open();
    this.#show(tab);
  }

  /** @override */
  closed() {
    this.child('statistics', StatisticsPanel).shown = false;
  }

  /** @override */
  render() {
    const { values } = preferences;
    const inCall = this.call !== null;
    for (const tab of tabs) {
      const button = this.querySelector(`[data-tab="${tab}"]`);
      const panel = this.querySelector(`[data-panel="${tab}"]`);
      if (!(button instanceof HTMLElement) || !(panel instanceof HTMLElement)) continue;
      button.hidden = tab === 'statistics' && !inCall;
      button.setAttribute('aria-selected', String(tab === this.#tab));
      button.tabIndex = tab === this.#tab ? 0 : -1;
      panel.hidden = tab !== this.#tab;
    }
    fill(this.child('language', HTMLSelectElement), [['', t('settings.language.browser')], ...Object.entries(languages)], values.language);
    fill(this.child('theme', HTMLSelectElement), (/** @type {const} */ (['system', 'light', 'dark'])).map((theme) => [theme, t(`settings.theme.${theme}`)]), values.theme);
    const filters = this.media?.voiceFilters;
    for (const input of this.querySelectorAll('[data-filter]')) {
      if (input instanceof HTMLInputElement) input.checked = filters?.[/** @type {'noiseSuppression'} */ (input.dataset.filter)] ?? true;
    }
    for (const input of this.querySelectorAll('[data-liking]')) {
      if (input instanceof HTMLInputElement) input.checked = values[/** @type {'mirror'} */ (input.dataset.liking)];
    }
  }

  /** @param {HTMLInputElement} input */
  async #filter(input) {
    try {
      await this.media?.processVoice({ [String(input.dataset.filter)]: input.checked });
    } catch (error) {
      toast(refusalText(error), { level: 'error', key: 'voice' });
    }
  }

  /** @param {Tab} tab */
  #show(tab) {
    this.#tab = tab;
    this.render();
    const statistics = this.child('statistics', StatisticsPanel);
    statistics.call = this.call;
    statistics.shown = tab === 'statistics';
  }

  /** @param {KeyboardEvent} event */
  #arrow(event) {
    const shown = tabs.filter((tab) => tab !== 'statistics' || this.call !== null);
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = shown[(shown.indexOf(this.#tab) + by + shown.length) % shown.length] ?? 'devices';
    this.#show(next);
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-tab="${next}"]`))?.focus();
  }

  /** @param {Event} event */
  #changed(event) {
    const { target } = event;
    if (target === this.child('language', HTMLSelectElement)) preferences.set({ language: this.child('language', HTMLSelectElement).value });
    if (target === this.child('theme', HTMLSelectElement)) {
      preferences.set({ theme: /** @type {'system' | 'light' | 'dark'} */ (this.child('theme', HTMLSelectElement).value) });
    }
    if (target instanceof HTMLInputElement && target.dataset.filter) this.#filter(target);
    if (target instanceof HTMLInputElement && target.dataset.liking) preferences.set({ [target.dataset.liking]: target.checked });
  }
}

/** @param {HTMLSelectElement} select @param {string[][]} options value and words @param {string} value */
function fill(select, options, value) {
  select.replaceChildren(...options.map(([option = '', words = '']) => new Option(words, option)));
  select.value = value;
}
customElements.define('settings-dialog', SettingsDialog);
