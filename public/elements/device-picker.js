import { t } from '../i18n/translate.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';

/** @typedef {import('../types/call.js').DeviceKind} DeviceKind */

const icons = Object.freeze({ camera: 'camera', microphone: 'mic', speaker: 'volume' });
let pickers = 0;

/** Chooses a camera, a microphone or a speaker; `kind` says which, `choose-device` tells the choice. */
export class DevicePicker extends LightElement {
  /** @override */
  static template = html`
    <div class="field device-field">
      <label data-part="label"></label>
      <span class="select-box"><ui-icon class="device-icon" data-part="icon"></ui-icon><select class="select" data-part="select"></select><ui-icon name="chevron-down"></ui-icon></span>
    </div>`;

  /** @type {DeviceKind} */
  #kind = 'camera';
  /** @type {readonly MediaDeviceInfo[]} */
  #devices = [];
  /** @type {string | null} */
  #chosen = null;
  #id = `device-picker-${pickers += 1}`;

  /** @param {DeviceKind} kind */
  set kind(kind) { this.#kind = kind; this.needsRender(); }
  /** @param {readonly MediaDeviceInfo[]} devices */
  set devices(devices) { this.#devices = devices; this.needsRender(); }
  /** @param {string | null} id */
  set chosen(id) { this.#chosen = id; this.needsRender(); }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const select = this.child('select', HTMLSelectElement);
    select.id = this.#id;
    this.child('label', HTMLLabelElement).htmlFor = this.#id;
    select.addEventListener('change', () => this.emit('choose-device', { kind: this.#kind, id: select.value }), { signal });
  }

  /** @override */
  render() {
    this.child('icon', HTMLElement).setAttribute('name', icons[this.#kind]);
    this.child('label', HTMLLabelElement).textContent = t(`device.${this.#kind}`);
    const select = this.child('select', HTMLSelectElement);
    select.disabled = this.#devices.length === 0;
    select.replaceChildren(...this.#options());
    if (this.#chosen !== null && this.#devices.some((device) => device.deviceId === this.#chosen)) select.value = this.#chosen;
  }

  #options() {
    if (this.#devices.length === 0) {
      const words = this.#kind === 'speaker' ? 'device.systemSpeaker' : 'device.none';
      return [new Option(t(words), '')];
    }
    return this.#devices.map((device, index) => {
      const label = device.label || t('device.numbered', { kind: t(`device.${this.#kind}`), number: index + 1 });
      return new Option(label, device.deviceId);
    });
  }
}
customElements.define('device-picker', DevicePicker);
