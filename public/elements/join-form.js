import { t } from '../i18n/translate.js';
import { showAvatar } from './avatar.js';
import { DeviceChoices } from './device-choices.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { preferences } from './preferences.js';
import { refusalOf, refusalText } from './refusal.js';

/** The page before the call: see yourself, choose your devices, say your name. Event `join` `{name, password}`. */
export class JoinForm extends LightElement {
  /** @override */
  static template = html`
    <header class="page-header">
      <a class="brand" data-part="home"><img data-part="logo" alt="" width="32" height="32">Parley</a>
      <button type="button" class="icon-button" data-part="settings" data-i18n-label="action.settings"><ui-icon name="settings"></ui-icon></button>
    </header>
    <div class="join">
      <section class="preview" data-i18n-label="join.preview">
        <div class="preview-picture">
          <video data-part="video" autoplay playsinline muted></video>
          <div class="preview-nobody" data-part="nobody"><span class="avatar" data-part="avatar"></span></div>
          <p class="preview-problem" data-part="problem" role="status" hidden><ui-icon name="warning"></ui-icon><span data-part="problem-text"></span></p>
        </div>
        <div class="preview-switches">
          <button type="button" class="round-toggle" data-part="audio"><ui-icon name="mic"></ui-icon></button>
          <button type="button" class="round-toggle" data-part="video-toggle"><ui-icon name="camera"></ui-icon></button>
        </div>
      </section>
      <form class="join-card" data-part="form" novalidate>
        <div class="join-title">
          <p class="quiet" data-i18n="join.ready"></p>
          <h1 data-part="room"></h1>
        </div>
        <div class="field">
          <label for="join-name" data-i18n="join.name"></label>
          <input class="input" id="join-name" data-part="name" autocomplete="nickname" maxlength="64" required aria-describedby="join-error">
        </div>
        <div class="field" data-part="password-field" hidden>
          <label for="join-password" data-i18n="join.password"></label>
          <div class="room-field">
            <input class="input" id="join-password" data-part="password" type="password" autocomplete="off" aria-describedby="join-error">
            <button type="button" class="icon-button" data-part="reveal"><ui-icon name="eye"></ui-icon></button>
          </div>
        </div>
        <p class="field-error" id="join-error" data-part="error" aria-hidden="true" hidden><ui-icon name="error"></ui-icon><span data-part="error-text"></span></p>
        <p class="visually-hidden" role="alert" data-part="alert"></p>
        <button type="submit" class="button primary large wide" data-part="join"><span class="spinner" data-part="spinner" hidden></span><span data-part="join-text"></span></button>
        <p class="join-devices-note small quiet" data-part="without" hidden></p>
        <details class="join-devices" data-part="devices-box">
          <summary><ui-icon name="settings"></ui-icon><span data-i18n="join.devices"></span><ui-icon name="chevron-down"></ui-icon></summary>
          <device-choices data-part="devices"></device-choices>
        </details>
        <button type="button" class="button plain" data-part="test"><ui-icon name="signal-medium"></ui-icon><span data-i18n="action.testConnection"></span></button>
      </form>
    </div>`;

  /** @type {import('../call/local-media.js').LocalMedia | undefined} */
  media;
  /** Where the landing page is. */
  home = './';
  #room = '';
  #busy = false;
  #asksPassword = false;
  /** @type {unknown} */
  #refusal = null;
  /** When another try is allowed, in milliseconds of `Date.now()`. */
  #waitUntil = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #countdown;

  /** @param {string} room */
  set room(room) { this.#room = room; this.needsRender(); }
  /** @param {boolean} busy */
  set busy(busy) { this.#busy = busy; this.needsRender(); }
  /** @param {string} name */
  set name(name) { this.child('name', HTMLInputElement).value = name; this.needsRender(); }

  /**
   * Why the last try was refused; null when there was none.
   *
   * @param {unknown} error
   */
  set refusal(error) {
    this.#refusal = error;
    const { code, retryAfter } = refusalOf(error);
    this.#waitUntil = error && retryAfter !== null ? Date.now() + retryAfter * 1000 : 0;
    // Spoken once; what is seen counts down.
    this.child('alert', HTMLElement).textContent = error ? refusalText(error) : '';
    if (code === 'passwordRequired' || code === 'wrongPassword') this.#askPassword(code === 'wrongPassword');
    if (code === 'nameInUse' || code === 'invalidName' || code === 'nameMissing') this.#askName();
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('logo', HTMLImageElement).src = new URL('../icons/favicon.svg', import.meta.url).href;
    this.child('home', HTMLAnchorElement).href = this.home;
    this.child('home', HTMLAnchorElement).addEventListener('click', (event) => {
      event.preventDefault();
      this.emit('go-home');
    }, { signal });
    this.child('devices', DeviceChoices).media = this.media;
    this.child('settings', HTMLButtonElement).addEventListener('click', () => this.emit('open-settings'), { signal });
    this.child('audio', HTMLButtonElement).addEventListener('click', () => this.#toggle('audio'), { signal });
    this.child('video-toggle', HTMLButtonElement).addEventListener('click', () => this.#toggle('video'), { signal });
    this.child('reveal', HTMLButtonElement).addEventListener('click', () => this.#reveal(), { signal });
    this.child('name', HTMLInputElement).addEventListener('input', () => this.needsRender(), { signal });
    this.child('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    }, { signal });
    this.child('test', HTMLButtonElement).addEventListener('click', () => this.emit('test-connection'), { signal });
    this.media?.addEventListener('change', () => this.needsRender(), { signal });
    preferences.addEventListener('change', () => this.needsRender(), { signal });
    this.#countdown = setInterval(() => { if (this.#waitUntil > 0) this.needsRender(); }, 1000);
    this.child('devices-box', HTMLDetailsElement).open = window.matchMedia('(min-width: 900px)').matches;
  }

  /** @override */
  disconnected() {
    clearInterval(this.#countdown);
    this.child('video', HTMLVideoElement).srcObject = null;
  }

  /** @override */
  render() {
    this.child('room', HTMLElement).textContent = this.#room;
    this.#renderPreview();
    this.#renderToggle('audio', 'audio', this.media?.wanted.audio ?? false);
    this.#renderToggle('video-toggle', 'video', this.media?.wanted.video ?? false);
    this.#renderProblem();
    this.#renderError();
    const shown = this.child('password', HTMLInputElement).type === 'text';
    this.child('reveal', HTMLElement).setAttribute('aria-label', t(shown ? 'join.hidePassword' : 'join.showPassword'));
    this.child('password-field', HTMLElement).hidden = !this.#asksPassword;
    // Not `disabled`: the focus would fall to nowhere.
    this.child('join', HTMLElement).setAttribute('aria-disabled', String(this.#busy || this.#secondsToWait() > 0));
    this.child('join', HTMLElement).setAttribute('aria-busy', String(this.#busy));
    this.child('spinner', HTMLElement).hidden = !this.#busy;
    this.child('join-text', HTMLElement).textContent = t(this.#busy ? 'join.joining' : 'join.join');
  }

  #renderPreview() {
    const video = this.child('video', HTMLVideoElement);
    const on = this.media?.camera != null;
    if (this.media && video.srcObject !== this.media.preview) video.srcObject = this.media.preview;
    video.classList.toggle('mirrored', preferences.values.mirror);
    video.hidden = !on;
    this.child('nobody', HTMLElement).hidden = on;
    showAvatar(this.child('avatar', HTMLElement), this.child('name', HTMLInputElement).value || '?');
  }

  /** @param {string} part @param {'audio' | 'video'} kind @param {boolean} on */
  #renderToggle(part, kind, on) {
    const button = this.child(part, HTMLButtonElement);
    const missing = this.media?.problem[kind] != null;
    const words = { audio: ['action.unmute', 'action.mute'], video: ['action.cameraOn', 'action.cameraOff'] }[kind];
    const icons = { audio: ['mic-off', 'mic'], video: ['camera-off', 'camera'] }[kind];
    button.setAttribute('aria-label', t(words[on && !missing ? 1 : 0] ?? ''));
    button.classList.toggle('off', !on || missing);
    button.querySelector('ui-icon')?.setAttribute('name', icons[on && !missing ? 1 : 0] ?? '');
  }

  #renderProblem() {
    const { audio = null, video = null } = this.media?.problem ?? {};
    const key = audio !== null && audio === video ? `media.both.${audio}`
      : video !== null ? `media.camera.${video}`
        : audio !== null ? `media.microphone.${audio}` : null;
    this.child('problem', HTMLElement).hidden = key === null;
    this.child('problem-text', HTMLElement).textContent = key === null ? '' : t(key);
    const without = this.child('without', HTMLElement);
    without.hidden = key === null;
    without.textContent = t('join.without');
  }

  #renderError() {
    const waiting = this.#secondsToWait();
    if (this.#waitUntil > 0 && waiting === 0) {
      this.#waitUntil = 0;
      this.#refusal = null;
      this.child('alert', HTMLElement).textContent = t('join.tryNow');
    }
    this.child('error', HTMLElement).hidden = this.#refusal === null;
    if (this.#refusal === null) return;
    const { code } = refusalOf(this.#refusal);
    const text = refusalText(waiting > 0 ? { code, retryAfter: waiting } : { code });
    const place = this.child('error-text', HTMLElement);
    if (place.textContent !== text) place.textContent = text;
  }

  #secondsToWait() {
    return Math.max(0, Math.ceil((this.#waitUntil - Date.now()) / 1000));
  }

  /** @param {boolean} wrong */
  #askPassword(wrong) {
    this.#asksPassword = true;
    this.child('password-field', HTMLElement).hidden = false;
    const field = this.child('password', HTMLInputElement);
    field.setAttribute('aria-invalid', String(wrong));
    field.focus();
    field.select();
  }

  #askName() {
    const field = this.child('name', HTMLInputElement);
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    field.select();
  }

  #reveal() {
    const field = this.child('password', HTMLInputElement);
    field.type = field.type === 'password' ? 'text' : 'password';
    this.needsRender();
  }

  /** @param {'audio' | 'video'} kind */
  async #toggle(kind) {
    const media = this.media;
    if (!media) return;
    const on = !media.wanted[kind] || media.problem[kind] !== null;
    // Why a device cannot be had stands in `media.problem`, which is shown.
    await (kind === 'audio' ? media.setAudio(on) : media.setVideo(on)).catch(() => {});
  }

  #submit() {
    if (this.#busy || this.#secondsToWait() > 0) return;
    const field = this.child('name', HTMLInputElement);
    const name = field.value.trim();
    if (name === '') {
      this.refusal = { code: 'nameMissing' };
      return;
    }
    field.removeAttribute('aria-invalid');
    this.#refusal = null;
    const password = this.child('password', HTMLInputElement).value;
    this.emit('join', { name, password: password === '' ? null : password });
  }
}
customElements.define('join-form', JoinForm);
