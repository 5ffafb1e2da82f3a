import { t } from '../i18n/translate.js';
import { may, others, self, unread } from '../state/selectors.js';
import { perform } from './actions.js';
import { ActiveSpeaker } from './active-speaker.js';
import { CallAudio } from './call-audio.js';
import { CallTeller } from './call-teller.js';
import { ChatPanel } from './chat-panel.js';
import { ConnectionBanner } from './connection-banner.js';
import { ControlBar } from './control-bar.js';
import { Floor } from './floor.js';
import { HelpDialog } from './help-dialog.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { topmostDialog } from './modal-dialog.js';
import { PeoplePanel } from './people-panel.js';
import { PersonMenu } from './person-menu.js';
import { preferences } from './preferences.js';
import { PushToTalk } from './push-to-talk.js';
import { ReactionLayer } from './reaction-layer.js';
import { RoomBadge } from './room-badge.js';
import { RoomDialog } from './room-dialog.js';
import { listenToKeys } from './shortcuts.js';
import { clearToasts, toast } from './toast.js';
import { VideoGrid } from './video-grid.js';

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('./actions.js').Action} Action */
/** @typedef {'chat' | 'people'} Panel */

/** How often voices are listened to and figures are asked for, in milliseconds. */
const levelInterval = 100;
const figuresInterval = 4000;
/** Where a panel covers the tiles, as the style sheet has it. */
const coveringPanel = matchMedia('(max-width: 760px)');

/** The call: tiles, controls, panels; it brings what the elements ask for to the controller, and its news to the elements. */
export class CallPage extends LightElement {
  /** @override */
  static template = html`
    <h1 class="visually-hidden" data-part="title"></h1>
    <button type="button" class="skip-link" data-part="skip" data-i18n="call.skip"></button>
    <div class="call-main">
      <room-badge data-part="badge"></room-badge>
      <video-grid data-part="grid" data-i18n-label="call.tiles" role="region"></video-grid>
      <reaction-layer data-part="reactions"></reaction-layer>
      <connection-banner data-part="banner"></connection-banner>
      <div class="sharing" data-part="sharing" hidden><ui-icon name="screen"></ui-icon><span data-i18n="screen.own"></span>
        <button type="button" class="button" data-part="stop-sharing" data-i18n="action.stopSharing"></button></div>
      <call-audio data-part="audio"></call-audio>
    </div>
    <aside class="panel" data-part="panel" hidden>
      <chat-panel data-part="chat" hidden></chat-panel>
      <people-panel data-part="people" hidden></people-panel>
    </aside>
    <control-bar data-part="controls"></control-bar>
    <person-menu data-part="person-menu"></person-menu>
    <room-dialog data-part="room-dialog"></room-dialog>
    <help-dialog data-part="help"></help-dialog>`;

  /** @type {import('../call/call-controller.js').CallController | undefined} */
  call;
  #speaker = new ActiveSpeaker();
  #floor = new Floor();
  /** @type {Map<string, {quality: 'good' | 'fair' | 'poor', reason: string | null}>} */
  #quality = new Map();
  /** @type {string | null} */
  #pinned = null;
  /** @type {Panel | null} */
  #panel = null;
  /** When the newest message that was read was sent, in milliseconds since 1970. */
  #read = 0;
  #teller = new CallTeller({
    act: (action) => this.act(action),
    showPeople: () => this.#openPanel('people'),
    reply: (message) => this.#reply(message),
    readsChat: () => this.#panel === 'chat',
  });
  /** @type {WakeLockSentinel | null} */
  #awake = null;

  /** @param {Panel | null} panel */
  set panel(panel) { this.#openPanel(panel); }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const call = this.call;
    if (!call) throw new Error('call-page needs a call');
    this.#readChat();
    this.#teller.waiting([], call.state.waiting);
    this.#listenToCall(call, signal);
    this.#listenToElements(signal);
    listenToKeys(this, (key) => this.#key(key), signal);
    new PushToTalk(this, signal);
    preferences.addEventListener('change', () => this.needsRender(), { signal });
    coveringPanel.addEventListener('change', () => this.needsRender(), { signal });
    document.addEventListener('visibilitychange', () => this.#stayAwake(), { signal });
    this.#stayAwake();
    const timers = [setInterval(() => this.#hear(), levelInterval), setInterval(() => this.#measure(), figuresInterval)];
    signal.addEventListener('abort', () => timers.forEach(clearInterval));
  }

  /** @override */
  disconnected() {
    this.#awake?.release().catch(() => {}); // the browser let go of it already
    this.#awake = null;
  }

  /** @override */
  render() {
    const call = this.call;
    if (!call) return;
    const { state } = call;
    this.child('title', HTMLElement).textContent = t('call.title', { room: state.room?.name ?? '' });
    document.title = pageTitle(state);
    this.child('badge', RoomBadge).state = state;
    this.child('banner', ConnectionBanner).lost = state.phase === 'reconnecting';
    this.child('audio', CallAudio).state = state;
    this.child('audio', CallAudio).speaker = call.media.chosen('speaker');
    this.child('chat', ChatPanel).state = state;
    this.child('people', PeoplePanel).state = state;
    this.child('room-dialog', RoomDialog).state = state;
    this.child('person-menu', PersonMenu).state = state;
    this.child('person-menu', PersonMenu).pinned = this.#pinned;
    this.child('sharing', HTMLElement).hidden = !call.media.active.screen;
    this.#renderGrid();
    this.#renderControls();
  }

  #renderGrid() {
    const call = this.call;
    if (!call) return;
    const { view, hideSelf, mirror } = preferences.values;
    this.child('grid', VideoGrid).view = {
      state: call.state,
      streams: (id) => (id === call.state.me ? { camera: call.media.preview, screen: call.media.screen } : call.streams(id)),
      speaking: this.#speaker.speaking,
      floor: this.#floor.holder(call.state, this.#speaker.floor),
      quality: this.#quality,
      pinned: this.#pinned,
      view,
      hideSelf,
      mirror,
      covered: this.#panel !== null && coveringPanel.matches,
    };
  }

  #renderControls() {
    const call = this.call;
    const me = call ? self(call.state) : null;
    if (!call || !me) return;
    const { active } = call.media;
    this.child('controls', ControlBar).view = {
      devices: {
        audio: active.audio && me.devices.audio,
        video: active.video && me.devices.video,
        screen: active.screen,
      },
      may: {
        audio: may(call.state, 'publishAudio'),
        video: may(call.state, 'publishVideo'),
        screen: may(call.state, 'publishScreen'),
      },
      handRaised: me.hand !== null,
      panel: this.#panel,
      unread: this.#panel === 'chat' ? 0 : unread(call.state, this.#read),
      waiting: call.state.waiting.length,
      people: Object.keys(call.state.participants).length,
      view: preferences.values.view,
      canShare: typeof navigator.mediaDevices?.getDisplayMedia === 'function',
      mayModerate: may(call.state, 'moderate'),
      mayEnd: me.role === 'host' && others(call.state).length > 0,
    };
  }

  /** @param {import('../call/call-controller.js').CallController} call @param {AbortSignal} signal */
  #listenToCall(call, signal) {
    /** @param {string} type @param {(detail: any) => void} listener */
    const on = (type, listener) => call.addEventListener(type, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
    }, { signal });
    on('change', ({ previous, state }) => this.#changed(previous, state));
    on('streams', () => this.needsRender());
    on('reaction', ({ participant, emoji }) => {
      this.child('reactions', ReactionLayer).show(emoji, call.state.participants[participant]?.name ?? '');
    });
    on('moderated', (detail) => this.#teller.moderated(detail, call.state));
    call.media.addEventListener('change', () => this.needsRender(), { signal });
  }

  /** @param {AbortSignal} signal */
  #listenToElements(signal) {
    /** @param {string} type @param {(detail: any) => void} listener */
    const on = (type, listener) => this.addEventListener(type, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
    }, { signal });
    on('act', (request) => this.#perform(request));
    on('toggle-panel', ({ panel }) => this.#openPanel(this.#panel === panel ? null : panel));
    on('close-panel', () => this.#openPanel(null));
    on('look', ({ tiles }) => this.call?.look(tiles));
    on('pin', ({ key }) => this.#pin(key));
    on('toggle-view', () => preferences.set({ view: preferences.values.view === 'gallery' ? 'speaker' : 'gallery' }));
    on('toggle-mirror', () => preferences.set({ mirror: !preferences.values.mirror }));
    on('toggle-hide-self', () => this.#hideSelf());
    on('full-screen', () => this.#fullScreen());
    on('open-help', () => this.child('help', HelpDialog).open());
    on('open-room-dialog', () => this.child('room-dialog', RoomDialog).open());
    on('open-invitation', () => this.child('badge', RoomBadge).toggle());
    on('copy-invitation', () => this.child('badge', RoomBadge).copy());
    on('volume', ({ participant, volume }) => this.child('audio', CallAudio).setVolume(participant, volume));
    on('write-to', ({ participant }) => this.#writeTo(participant));
    on('person-menu', (where) => this.child('person-menu', PersonMenu).open({
      ...where, volume: this.child('audio', CallAudio).volume(where.participant),
    }));
    this.child('skip', HTMLButtonElement).addEventListener('click', () => this.child('controls', ControlBar).querySelector('button')?.focus(), { signal });
    this.child('stop-sharing', HTMLButtonElement).addEventListener('click', () => this.act({ type: 'stopScreen' }), { signal });
    this.child('audio', CallAudio).streams = (id) => this.call?.streams(id) ?? { camera: null, screen: null };
  }

  /** @param {{action: Action, resolve?: (value: unknown) => void, reject?: (error: unknown) => void}} request */
  #perform({ action, resolve, reject }) {
    if (!this.call) return;
    const done = perform(this.call, action);
    if (resolve && reject) done.then(resolve, reject);
    else done.catch((error) => this.#teller.refused(action, error));
    this.needsRender();
  }

  /** @param {CallState} before @param {CallState} after */
  #changed(before, after) {
    this.#teller.changed(before, after);
    if (this.#panel === 'chat') this.#readChat();
    if (after.phase !== before.phase) document.body.classList.toggle('offline', after.phase === 'reconnecting');
    this.needsRender();
  }

  #readChat() {
    this.#read = this.call?.state.chat.at(-1)?.sentAt ?? this.#read;
  }

  /** @param {Panel | null} panel */
  #openPanel(panel) {
    const former = this.#panel;
    if (panel !== null) topmostDialog()?.close(); // what is behind it cannot be read
    this.#panel = panel;
    this.child('panel', HTMLElement).hidden = panel === null;
    this.classList.toggle('with-panel', panel !== null);
    this.child('chat', ChatPanel).hidden = panel !== 'chat';
    this.child('people', PeoplePanel).hidden = panel !== 'people';
    if (panel === 'chat') {
      this.#readChat();
      this.child('chat', ChatPanel).opened();
    }
    if (panel === 'people') {
      this.child('people', PeoplePanel).opened();
      this.#teller.seen(this.call?.state.waiting ?? []);
    }
    if (panel === 'chat') clearToasts('chat');
    if (panel === null && former !== null) this.child('controls', ControlBar).child(former, HTMLElement).focus();
    this.needsRender();
  }

  /** @param {string} key */
  #pin(key) {
    this.#pinned = this.#pinned === key ? null : key;
    this.needsRender();
  }

  #hideSelf() {
    const hideSelf = !preferences.values.hideSelf;
    preferences.set({ hideSelf });
    if (!hideSelf) return;
    toast(t('self.hidden'), { key: 'self', action: { label: t('self.show'), run: () => preferences.set({ hideSelf: false }) } });
  }

  /** @param {string} participant */
  #writeTo(participant) {
    this.#openPanel('chat');
    this.child('chat', ChatPanel).writeTo(participant);
  }

  /** @param {string} message */
  #reply(message) {
    this.#openPanel('chat');
    this.child('chat', ChatPanel).reply(message);
  }

  async #fullScreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen().catch(() => toast(t('error.fullScreen'), { level: 'warning' }));
  }

  /** @param {string} key */
  #key(key) {
    const controls = this.child('controls', ControlBar);
    switch (key) {
      case 'm': return controls.toggle('audio');
      case 'v': return controls.toggle('video');
      case 's': return controls.toggle('screen');
      case 'h': return controls.toggle('hand');
      case 'c': return this.#openPanel(this.#panel === 'chat' ? null : 'chat');
      case 'p': return this.#openPanel(this.#panel === 'people' ? null : 'people');
      case 'g': return this.emit('toggle-view');
      case 'f': return this.emit('full-screen');
      case 'pageup': return this.child('grid', VideoGrid).turn(-1);
      case 'pagedown': return this.child('grid', VideoGrid).turn(1);
      case '?': return this.child('help', HelpDialog).open();
      case 'escape': return this.#panel === null ? undefined : this.#openPanel(null);
    }
  }

  #hear() {
    const call = this.call;
    if (!call || document.hidden) return;
    const audible = Object.values(call.state.participants).filter(({ devices }) => devices.audio);
    const { speaking, floor } = this.#speaker;
    this.#speaker.hear(new Map(audible.map(({ id }) => [id, call.level(id)])), performance.now());
    const same = floor === this.#speaker.floor && speaking.size === this.#speaker.speaking.size
      && [...speaking].every((id) => this.#speaker.speaking.has(id));
    if (!same) this.#renderGrid();
  }

  async #measure() {
    if (!this.call || document.hidden) return;
    const { links } = await this.call.statistics();
    this.#quality = new Map(Object.entries(links).map(([id, { quality, reason }]) => [id, { quality, reason }]));
    this.child('people', PeoplePanel).quality = this.#quality;
    this.#renderGrid();
  }

  /** A phone's screen must not go dark in the middle of a call. */
  async #stayAwake() {
    if (document.hidden) return;
    this.#awake = await navigator.wakeLock?.request('screen').catch(() => null) ?? null; // low battery: the system decides
  }
}

/**
 * What the tab is called: with the number of those at the door, who may be waiting while another tab is looked at.
 *
 * @param {CallState} state
 */
function pageTitle({ room, waiting }) {
  return `${waiting.length > 0 ? `(${waiting.length}) ` : ''}${room?.name ?? ''} · Parley`;
}
customElements.define('call-page', CallPage);
