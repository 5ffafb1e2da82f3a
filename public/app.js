import { CallController } from './call/call-controller.js';
import { LocalMedia } from './call/local-media.js';
import './elements/toast-stack.js';
import './elements/ui-icon.js';
import { CallPage } from './elements/call-page.js';
import { EchoDialog } from './elements/echo-dialog.js';
import { EndedPage } from './elements/ended-page.js';
import { JoinForm } from './elements/join-form.js';
import { LandingPage } from './elements/landing-page.js';
import { focusHeading } from './elements/keep-focus.js';
import { preferences } from './elements/preferences.js';
import { SettingsDialog } from './elements/settings-dialog.js';
import { clearToasts, toast } from './elements/toast.js';
import { ToolTip } from './elements/tool-tip.js';
import { WaitingPage } from './elements/waiting-page.js';
import { bestLanguage, language, setLanguage, t } from './i18n/translate.js';
import { browserStorage } from './lib/browser-storage.js';
import { invitation, pageParameters, withoutSecrets } from './lib/page-parameters.js';
import { rememberRoom } from './rooms/recent-rooms.js';

/** @typedef {import('./lib/page-parameters.js').PageParameters} PageParameters */
/** @typedef {import('./types/call.js').CallState} CallState */

const root = new URL('.', import.meta.url);

/** Shows the page that fits the address and the state of the call, and nothing else: each page knows its own business. */
class App {
  #place = document.getElementById('page') ?? document.body;
  #media = new LocalMedia(navigator.mediaDevices, browserStorage('localStorage'));
  #call = new CallController({ root, PeerConnection: globalThis.RTCPeerConnection, media: this.#media });
  #settings = new SettingsDialog();
  #echo = new EchoDialog();
  /** @type {PageParameters} */
  #wish;
  /** Path and query of the page that is shown. */
  #address = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #leaving;

  constructor() {
    pinLinks();
    this.#wish = this.#readAddress();
    this.#settings.media = this.#media;
    this.#echo.media = this.#media;
    this.#echo.root = root;
    document.body.append(this.#settings, this.#echo, new ToolTip());
    this.#listenToCall();
    this.#listenToPages();
    this.#begin();
  }

  #listenToCall() {
    this.#call.addEventListener('change', (event) => {
      const { previous, state } = /** @type {CustomEvent<{previous: CallState, state: CallState}>} */ (event).detail;
      this.#changed(previous, state);
    });
    this.#call.addEventListener('notice', (event) => {
      const { key, values, level } = /** @type {CustomEvent<import('./types/call.js').Notice>} */ (event).detail;
      toast(t(key, values), { level, key });
    });
  }

  #listenToPages() {
    /** @param {string} type @param {(detail: any) => void} listener */
    const on = (type, listener) => document.addEventListener(type, (event) => listener(/** @type {CustomEvent} */ (event).detail));
    on('open-room', ({ room }) => this.#go(invitation(root, room)));
    on('go-home', () => this.#go(root));
    on('rejoin', () => this.#restart());
    on('join', (wish) => this.#join(wish));
    on('leave-lobby', () => this.#call.leave());
    on('open-settings', (detail) => this.#settings.open(detail?.tab));
    on('test-connection', () => this.#echo.open());
    on('audit', ({ resolve }) => resolve(this.#call.audit()));
    window.addEventListener('popstate', () => { if (location.pathname + location.search !== this.#address) this.#restart(); });
    preferences.addEventListener('change', () => showLikings());
  }

  async #begin() {
    const { page, room, autojoin } = this.#wish;
    if (page === 'home' || room === null) return this.#show(new LandingPage());
    this.#showJoin(room);
    const name = await this.#call.returning(room) ?? (autojoin ? this.#wish.name ?? preferences.values.name : '');
    if (name !== '' && this.#wish.room === room) this.#join({ name, password: this.#wish.password });
  }

  /** Reads the address once, and takes out of it what must not be seen there. */
  #readAddress() {
    const here = new URL(location.href);
    const clean = withoutSecrets(here);
    if (clean.href !== here.href) history.replaceState(null, '', clean);
    this.#address = location.pathname + location.search;
    const wish = pageParameters(here, root);
    if (wish.hide) preferences.set({ hideSelf: true });
    return wish;
  }

  /** @param {URL} address */
  #go(address) {
    history.pushState(null, '', address);
    this.#restart();
  }

  async #restart() {
    const { phase } = this.#call.state;
    if (phase !== 'ended' && phase !== 'idle') await this.#call.leave();
    this.#wish = this.#readAddress();
    if (this.#wish.page === 'home') this.#media.stop();
    this.#begin();
  }

  /** @param {string} room */
  #showJoin(room) {
    const { name, audio, video } = this.#wish;
    const form = new JoinForm();
    form.media = this.#media;
    form.home = root.href;
    form.room = room;
    form.name = name ?? preferences.values.name;
    this.#media.want({ ...(audio === null ? {} : { audio }), ...(video === null ? {} : { video }) });
    this.#show(form);
    this.#media.open();
  }

  /** @param {{name: string, password: string | null}} wish */
  async #join({ name, password }) {
    const { room, token, hostKey } = this.#wish;
    if (room === null) return;
    this.#tellForm({ busy: true, refusal: null });
    preferences.set({ name });
    try {
      await this.#call.join({
        room,
        name,
        ...(password === null ? {} : { password }),
        ...(token === null ? {} : { token }),
        ...(hostKey === null ? {} : { hostKey }),
      });
      rememberRoom(browserStorage('localStorage'), room);
    } catch (error) {
      this.#tellForm({ busy: false, refusal: error });
    }
  }

  /** @param {{busy: boolean, refusal: unknown}} news */
  #tellForm({ busy, refusal }) {
    const form = this.#place.firstElementChild;
    if (!(form instanceof JoinForm)) return;
    form.busy = busy;
    form.refusal = refusal;
  }

  /** @param {CallState} before @param {CallState} after */
  #changed(before, after) {
    const shown = this.#place.firstElementChild;
    if (after.phase === 'waiting') this.#showWaiting(after);
    else if (after.phase === 'joined' && !(shown instanceof CallPage)) this.#showCall();
    else if (after.phase === 'ended' && before.phase !== 'ended' && before.phase !== 'connecting') this.#showEnd(after);
  }

  /** @param {CallState} state */
  #showWaiting(state) {
    const shown = this.#place.firstElementChild;
    const page = shown instanceof WaitingPage ? shown : new WaitingPage();
    page.state = state;
    page.room = this.#wish.room ?? '';
    if (page !== shown) this.#show(page);
  }

  #showCall() {
    const { chat, screen, notify, duration } = this.#wish;
    const page = new CallPage();
    page.call = this.#call;
    this.#settings.call = this.#call;
    this.#show(page);
    if (chat) page.panel = 'chat';
    if (notify) page.emit('open-invitation');
    if (screen) this.#offerScreen(page);
    if (duration !== null) this.#leaving = setTimeout(() => this.#call.leave(), duration * 1000);
  }

  /**
   * A browser shares a screen only after a click: without one, a button asks for it.
   *
   * @param {CallPage} page
   */
  #offerScreen(page) {
    this.#call.shareScreen().catch(() => toast(t('screen.needsClick'), {
      seconds: 30,
      action: { label: t('action.share'), run: () => page.act({ type: 'shareScreen' }) },
    }));
  }

  /** @param {CallState} state */
  #showEnd(state) {
    clearTimeout(this.#leaving);
    this.#settings.call = null;
    this.#settings.close();
    const page = new EndedPage();
    page.ended = state.ended;
    page.room = this.#wish.room ?? '';
    this.#show(page);
  }

  /** @param {HTMLElement} page */
  #show(page) {
    const isFirst = this.#place.childElementCount === 0;
    clearToasts();
    this.#place.replaceChildren(page);
    if (!isFirst) focusHeading(page); // the first page begins at its beginning
    const { room } = this.#wish;
    document.title = room === null ? 'Parley' : `${room} · Parley`;
  }
}

/** Makes the links to icon and manifest absolute: the address of the page changes while it stays, and they must not follow it. */
function pinLinks() {
  for (const link of document.querySelectorAll('link[rel="icon"], link[rel="manifest"]')) {
    if (link instanceof HTMLLinkElement) link.setAttribute('href', link.href);
  }
}

/** The theme and the language as the person wishes them now. */
async function showLikings() {
  const { theme, language: wished } = preferences.values;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const tag = bestLanguage([wished, ...navigator.languages].filter((one) => one !== ''));
  if (tag !== language()) await setLanguage(tag);
}

await showLikings();
new App();
