import { t } from '../i18n/translate.js';
import { others } from '../state/selectors.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';

/**
 * A track that is played.
 *
 * @typedef {object} Sound
 * @property {string} participant
 * @property {string} place its participant and stream: what follows it has the same
 * @property {MediaStreamTrack} track
 */

const overlap = 1000; // milliseconds that a track is still played which another follows

/**
 * Plays everybody's sound: one audio element per track, whatever the tiles show. A track that another follows is played until
 * that one plays.
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
  /** @type {Map<MediaStreamTrack, Sound & { audio: HTMLAudioElement }>} by the track itself: the same voice has the same id on every connection */
  #sounds = new Map();
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
    for (const track of [...this.#sounds.keys()]) this.#end(track);
  }

  /** @override */
  render() {
    if (!this.#state) return;
    const wanted = new Map(this.#wanted(this.#state).map((sound) => [sound.track, sound]));
    for (const [track, sound] of wanted) {
      const { audio } = this.#sounds.get(track) ?? this.#begin(sound);
      this.#sounds.set(track, { ...sound, audio });
      this.#tune(audio, sound.participant);
    }
    for (const [track, { place }] of [...this.#sounds]) if (!wanted.has(track)) this.#retire(track, place, wanted);
    if (wanted.size === 0) this.#showBlocked(false);
  }

  /** @param {import('../types/call.js').CallState} state @returns {Sound[]} */
  #wanted(state) {
    return others(state).flatMap(({ id }) => Object.entries(this.streams(id)).flatMap(([name, stream]) =>
      (stream?.getAudioTracks() ?? []).map((/** @type {MediaStreamTrack} */ track) => ({ participant: id, place: `${id}:${name}`, track }))));
  }

  /** @param {Sound} sound */
  #begin({ track }) {
    const audio = new Audio();
    audio.srcObject = new MediaStream([track]);
    audio.addEventListener('playing', () => this.needsRender(), { once: true });
    this.child('sounds', HTMLElement).append(audio);
    return { audio };
  }

  /**
   * Ends a track that is no longer to be heard, or lets it go on for the moment until the one that follows plays.
   *
   * @param {MediaStreamTrack} track
   * @param {string} place
   * @param {Map<MediaStreamTrack, Sound>} wanted
   */
  #retire(track, place, wanted) {
    const following = [...wanted.values()].find((sound) => sound.place === place);
    const audio = following && this.#sounds.get(following.track)?.audio;
    if (!audio || (!audio.paused && audio.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA)) return this.#end(track);
    setTimeout(() => {
      if (!this.#wantedNow().has(track)) this.#end(track);
    }, overlap);
  }

  #wantedNow() {
    return new Set(this.#state ? this.#wanted(this.#state).map(({ track }) => track) : []);
  }

  /** @param {MediaStreamTrack} track */
  #end(track) {
    const audio = this.#sounds.get(track)?.audio;
    if (audio) audio.srcObject = null;
    audio?.remove();
    this.#sounds.delete(track);
  }

  /** @param {HTMLAudioElement} audio @param {string} participant */
  #tune(audio, participant) {
    audio.volume = this.volume(participant);
    if (this.#speaker && audio.setSinkId && audio.dataset.speaker !== this.#speaker) {
      audio.dataset.speaker = this.#speaker;
      audio.setSinkId(this.#speaker).catch(() => {}); // unplugged: the system's plays
    }
    if (audio.paused) this.#play(audio);
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
    await Promise.all([...this.#sounds.values()].map(({ audio }) => this.#play(audio)));
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
