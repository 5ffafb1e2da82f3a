import { EchoCall } from '../call/echo-call.js';
import { LevelMeter as Loudness } from '../call/level-meter.js';
import { language, t } from '../i18n/translate.js';
import { bitRate } from '../lib/format.js';
import { html } from './html.js';
import { LevelMeter } from './level-meter.js';
import { ModalDialog } from './modal-dialog.js';
import { refusalText } from './refusal.js';
import { figureRow, picture } from './statistics-panel.js';
import { testPicture, testTone } from './test-signal.js';
import { UIIcon } from './ui-icon.js';

/** @typedef {import('../types/call.js').EchoState} EchoState */

const audible = 0.05; // on the meter's scale: above the noise that an encoder makes of silence

/** Sends this person's picture and sound to the server and shows what comes back, and says how a call would go. */
export class EchoDialog extends ModalDialog {
  /** @override */
  static template = html`
    <dialog class="dialog" data-part="dialog" aria-labelledby="echo-title" aria-describedby="echo-text">
      <header class="dialog-header"><h2 id="echo-title" data-i18n="echo.title"></h2>
        <button type="button" class="icon-button" data-close data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button></header>
      <div class="dialog-body echo">
        <p id="echo-text" class="quiet small" data-i18n="echo.text"></p>
        <div class="echo-picture"><video data-part="video" autoplay playsinline muted data-i18n-label="echo.picture"></video></div>
        <div class="echo-sound"><ui-icon name="mic"></ui-icon><level-meter data-part="level"></level-meter>
          <button type="button" class="button" data-part="hear"><ui-icon name="volume" data-part="hear-icon"></ui-icon><span data-part="hear-text"></span></button></div>
        <p class="quiet small" data-part="instead" hidden></p>
        <div class="echo-verdict" role="status" data-part="verdict"><ui-icon name="clock" data-part="verdict-icon"></ui-icon>
          <p><strong data-part="verdict-title"></strong> <span data-part="verdict-text"></span></p></div>
        <section class="statistics-card" data-i18n-label="echo.figures"><dl data-part="figures"></dl></section>
        <div class="echo-foot"><p class="quiet small" data-part="left"></p>
          <button type="button" class="button" data-part="again" data-i18n="echo.again" hidden></button></div>
      </div>
    </dialog>`;

  /** @type {import('../call/local-media.js').LocalMedia | undefined} */
  media;
  /** Where the server is mounted. */
  root = new URL('.', location.href);
  /** @type {EchoCall | null} */
  #echo = null;
  /** @type {import('./test-signal.js').TestSignal[]} */
  #signals = [];
  #loudness = new Loudness(globalThis.AudioContext);
  #hasSounded = false;
  #hears = false;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    super.connected(signal);
    this.child('level', LevelMeter).source = () => this.#level();
    this.child('hear', HTMLButtonElement).addEventListener('click', () => this.#hear(!this.#hears), { signal });
    this.child('again', HTMLButtonElement).addEventListener('click', () => this.#start(), { signal });
  }

  /** @override */
  disconnected() {
    this.#stop();
  }

  /** @override */
  open() {
    if (this.isOpen) return;
    super.open();
    this.#start();
  }

  /** @override */
  closed() {
    this.#stop();
    this.#echo = null;
  }

  /** @override */
  render() {
    this.#renderHearing();
    const state = this.#echo?.state;
    if (!state) return;
    this.#renderVerdict(state);
    this.#renderFigures(state);
    const left = this.child('left', HTMLElement);
    left.textContent = state.secondsLeft === null ? '' : t('echo.left', { count: state.secondsLeft });
    this.child('again', HTMLElement).hidden = state.phase !== 'ended';
    this.child('hear', HTMLButtonElement).disabled = state.phase === 'ended';
  }

  #start() {
    this.#stop();
    this.#hear(false);
    this.#hasSounded = false;
    const echo = new EchoCall({ root: this.root, PeerConnection: globalThis.RTCPeerConnection }, this.#tracks());
    const video = this.child('video', HTMLVideoElement);
    video.srcObject = echo.stream;
    this.#echo = echo;
    echo.addEventListener('change', () => {
      if (this.#echo !== echo) return;
      video.play().catch(() => {}); // tried again with the next change
      if (echo.state.phase === 'ended') this.#stop();
      this.needsRender();
    });
    this.render();
  }

  /** What the person's devices give, and something generated for what they do not. */
  #tracks() {
    const media = this.media;
    const camera = media?.camera ?? null;
    const microphone = media?.wanted.audio ? media.microphone : null; // muted means muted, here too
    const instead = this.child('instead', HTMLElement);
    instead.hidden = camera !== null && microphone !== null;
    if (!instead.hidden) instead.textContent = t(`echo.instead.${camera ? 'tone' : microphone ? 'picture' : 'both'}`);
    const tracks = { camera: camera ?? this.#generated(testPicture()), microphone: microphone ?? this.#generated(testTone()) };
    return { ...tracks, stream: new MediaStream([tracks.microphone, tracks.camera]) };
  }

  /** @param {import('./test-signal.js').TestSignal} signal */
  #generated(signal) {
    this.#signals.push(signal);
    return signal.track;
  }

  #stop() {
    this.#echo?.close();
    for (const signal of this.#signals) signal.stop();
    this.#signals = [];
    this.#loudness.close();
  }

  #level() {
    const track = this.#echo?.state.phase === 'running' ? this.#echo.stream.getAudioTracks()[0] : undefined;
    const level = track ? this.#loudness.level(track) : 0;
    if (level > audible) this.#hasSounded = true;
    return level;
  }

  /** @param {boolean} on */
  #hear(on) {
    this.#hears = on;
    this.child('video', HTMLVideoElement).muted = !on;
    this.#renderHearing();
  }

  #renderHearing() {
    this.child('hear-text', HTMLElement).textContent = t(this.#hears ? 'echo.stopHearing' : 'echo.hear');
    this.child('hear-icon', UIIcon).setAttribute('name', this.#hears ? 'volume-off' : 'volume');
  }

  /** @param {EchoState} state */
  #renderVerdict(state) {
    const { icon, quality, title, text } = verdict(state);
    this.child('verdict', HTMLElement).dataset.quality = quality;
    this.child('verdict-icon', UIIcon).setAttribute('name', icon);
    // Written only when it is another, for a screen reader says it then.
    say(this.child('verdict-title', HTMLElement), title);
    say(this.child('verdict-text', HTMLElement), text);
  }

  /** @param {EchoState} state */
  #renderFigures({ figures, phase }) {
    const percent = new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 1 });
    const share = (/** @type {number | null} */ value) => (value === null ? '–' : percent.format(value));
    const milliseconds = (/** @type {number | null} */ value) => (value === null ? '–' : `${Math.round(value)} ms`);
    const rate = (/** @type {number} */ value) => bitRate(value, language());
    const way = [figures.protocol?.toUpperCase(), figures.ipVersion && `IPv${figures.ipVersion}`].filter(Boolean).join(', ') || '–';
    const sound = this.#hasSounded ? t('echo.sound.back') : phase === 'connecting' ? '–' : t('echo.sound.silent');
    this.child('figures', HTMLElement).replaceChildren(
      figureRow(t('statistics.path'), way),
      figureRow(t('statistics.roundTrip'), milliseconds(figures.roundTripTime)),
      figureRow(t('statistics.loss'), `↑ ${share(figures.lossSent)}  ↓ ${share(figures.lossReceived)}`),
      figureRow(t('echo.jitter'), milliseconds(figures.jitter)),
      figureRow(t('statistics.rate'), `↑ ${rate(figures.bitsPerSecondSent)}  ↓ ${rate(figures.bitsPerSecondReceived)}`),
      figureRow(t('statistics.received'), picture(figures.received)),
      figureRow(t('echo.sound'), sound),
    );
  }
}
customElements.define('echo-dialog', EchoDialog);

/** @param {EchoState} state @returns {{ icon: string, quality: string, title: string, text: string }} */
function verdict(state) {
  const { verdict: found, phase, ended, figures } = state;
  const refused = phase === 'ended' && ended !== 'timeLimit' && ended !== 'left';
  if (refused && ended === 'failed') return { icon: 'error', quality: 'bad', title: t('echo.bad'), text: t('echo.failed') };
  if (refused) return { icon: 'error', quality: 'bad', title: t('echo.notPossible'), text: refusalText({ code: ended }) };
  if (!found) return { icon: 'clock', quality: 'unknown', title: t(phase === 'connecting' ? 'echo.connecting' : 'echo.measuring'), text: '' };
  if (found.quality === 'good') return { icon: 'check', quality: 'good', title: t('echo.good'), text: t('echo.good.text') };
  const values = { port: String(figures.port ?? '') };
  const icon = found.quality === 'usable' ? 'warning' : 'error';
  return { icon, quality: found.quality, title: t(`echo.${found.quality}`), text: t(`echo.reason.${found.reason}`, values) };
}

/** @param {HTMLElement} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
