import { html } from './html.js';
import { LightElement } from './light-element.js';
import { DevicePicker } from './device-picker.js';
import { LevelMeter } from './level-meter.js';
import { playTestSound } from './speaker-test.js';
import { refusalText } from './refusal.js';
import { toast } from './toast.js';

/** @typedef {import('../types/call.js').DeviceKind} DeviceKind */

/** Camera, microphone with its level, speaker with its test: the same in the pre-join page and in the settings. */
export class DeviceChoices extends LightElement {
  /** @override */
  static template = html`
    <device-picker data-part="camera"></device-picker>
    <div>
      <device-picker data-part="microphone"></device-picker>
      <level-meter data-part="level"></level-meter>
    </div>
    <div class="speaker-row" data-part="speaker-row">
      <device-picker data-part="speaker"></device-picker>
      <button type="button" class="button" data-part="test"><ui-icon name="volume"></ui-icon><span data-i18n="device.test"></span></button>
    </div>`;

  /** @type {import('../call/local-media.js').LocalMedia | undefined} */
  #media;
  /** @type {AbortSignal | undefined} */
  #connection;
  #refresh = () => this.needsRender();

  /** @param {import('../call/local-media.js').LocalMedia | undefined} media */
  set media(media) {
    this.#media = media;
    this.#listen();
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    for (const kind of /** @type {const} */ (['camera', 'microphone', 'speaker'])) this.child(kind, DevicePicker).kind = kind;
    this.child('level', LevelMeter).source = () => this.#media?.level() ?? 0;
    this.addEventListener('choose-device', (event) => this.#choose(event), { signal });
    this.child('test', HTMLButtonElement).addEventListener('click', () => this.#test(), { signal });
    this.#connection = signal;
    this.#listen();
  }

  /** @override */
  render() {
    this.#list();
  }

  /** Whichever comes last, the media or the document: listening twice is listening once. */
  #listen() {
    const signal = this.#connection;
    if (!signal || signal.aborted) return;
    for (const news of ['devices', 'change']) this.#media?.addEventListener(news, this.#refresh, { signal });
  }

  async #list() {
    const media = this.#media;
    if (!media) return;
    const lists = await media.list();
    for (const [kind, devices] of /** @type {const} */ ([
      ['camera', lists.cameras], ['microphone', lists.microphones], ['speaker', lists.speakers],
    ])) {
      const picker = this.child(kind, DevicePicker);
      picker.devices = devices;
      picker.chosen = media.chosen(kind);
    }
  }

  /** @param {Event} event */
  async #choose(event) {
    const { kind, id } = /** @type {CustomEvent<{kind: DeviceKind, id: string}>} */ (event).detail;
    try {
      await this.#media?.choose(kind, id);
    } catch (error) {
      toast(refusalText(error), { level: 'error' });
      this.needsRender();
    }
  }

  async #test() {
    const button = this.child('test', HTMLButtonElement);
    button.disabled = true;
    try {
      await playTestSound(this.#media?.chosen('speaker') ?? null);
    } catch (error) {
      toast(refusalText(error), { level: 'error' });
    } finally {
      button.disabled = false;
    }
  }
}
customElements.define('device-choices', DeviceChoices);
