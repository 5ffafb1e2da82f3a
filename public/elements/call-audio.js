import { t } from '../i18n/translate.js';
import { others } from '../state/selectors.js';
import { html } from './html.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';

/**
 * Plays everybody's sound: one audio element per voice and per shared screen, whatever the tiles show.
 * Where the browser waits for a click before it plays, a button asks for it.
 */
export class CallAudio extends LightElement {
  /** @override */
  static template = html`
    <div data-part="sounds"></div>
    <button type="button" class="button primary large hear" data-part="hear" hidden><ui-icon name="volume"></ui-icon><span data-i18n="call.clickToHear"></span></button>`;

  /** @type {import('../types/call.js').CallState | undefined} */
  #state;
  /** @type {(participant: string) => import('../types/call.js').StreamSet} */
  streams = () => ({ camera: null, screen: null });
  /** @type {Map<string, number>} how loud each participant is played, 0…1 */
  #volumes = new Map();
  /** @type {string | null} */
  #speaker = null;
  #blocked = false;

  /** @param {import('../types/call.js').CallState} state */
  set state(state) { this.#state = state; this.needsRender(); }

  /**
   * The loudspeaker's device id.
   *
   * @param {string | null} id
   */
  set speaker(id) { this.#speaker = id; this.needsRender(); }

  /** @param {string} participant */
  volume(participant) { return this.#volumes.get(participant) ?? 1; }

  /** @param {string} participant @param {number} volume 0…1 */
  setVolume(participant, volume) {
    this.#volumes.set(participant, volume);
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('hear', HTMLButtonElement).addEventListener('click', () => this.#playAll(), { signal });
  }

  /** @override */
  disconnected() {
    for (const audio of this.#elements()) audio.srcObject = null;
  }

  /** @override */
  render() {
    if (!this.#state) return;
    const sounds = others(this.#state).flatMap(({ id }) => {
      const { camera, screen } = this.streams(id);
      return [{ key: id, id, stream: camera }, { key: `${id}:screen`, id, stream: screen }]
        .filter(({ stream }) => (stream?.getAudioTracks().length ?? 0) > 0);
    });
    keyedChildren(this.child('sounds', HTMLElement), sounds, {
      key: ({ key }) => key,
      create: () => new Audio(),
      update: (audio, { id, stream }) => this.#tune(audio, id, stream),
    });
    if (sounds.length === 0) this.#showBlocked(false);
  }

  /** @param {HTMLAudioElement} audio @param {string} participant @param {MediaStream | null} stream */
  #tune(audio, participant, stream) {
    audio.volume = this.volume(participant);
    if (this.#speaker && audio.setSinkId && audio.dataset.speaker !== this.#speaker) {
      audio.dataset.speaker = this.#speaker;
      audio.setSinkId(this.#speaker).catch(() => {}); // unplugged: the system's plays
    }
    if (audio.srcObject === stream && !audio.paused) return;
    if (audio.srcObject !== stream) audio.srcObject = stream;
    this.#play(audio);
  }

  /** @param {HTMLAudioElement} audio */
  async #play(audio) {
    try {
      await audio.play();
    } catch (error) {
      // An AbortError only says that the stream changed meanwhile.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#showBlocked(true);
    }
  }

  async #playAll() {
    this.#showBlocked(false);
    await Promise.all(this.#elements().map((audio) => this.#play(audio)));
  }

  #elements() {
    return /** @type {HTMLAudioElement[]} */ ([...this.child('sounds', HTMLElement).children]);
  }

  /** @param {boolean} blocked */
  #showBlocked(blocked) {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    const button = this.child('hear', HTMLButtonElement);
    button.hidden = !blocked;
    if (blocked) button.setAttribute('aria-description', t('call.clickToHearWhy'));
  }
}
customElements.define('call-audio', CallAudio);
