import { t } from '../i18n/translate.js';
import { mayEndRoom } from './end-room.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { placePopover, togglePopover, walkWithArrows } from './place-popover.js';
import { ReactionPicker } from './reaction-picker.js';

/**
 * @typedef {object} ControlView
 * @property {{audio: boolean, video: boolean, screen: boolean}} devices what is really on
 * @property {{audio: boolean, video: boolean, screen: boolean}} may what the room allows to switch on
 * @property {boolean} handRaised
 * @property {'chat' | 'people' | null} panel
 * @property {number} unread
 * @property {number} waiting people who wait to be admitted
 * @property {number} people
 * @property {'gallery' | 'speaker'} view
 * @property {boolean} canShare whether the browser can share a screen
 * @property {boolean} mayModerate
 * @property {boolean} mayEnd whether this person could end the meeting for others
 */

/** Everything that is done often in a call; on a phone the rarer part is behind "More". */
export class ControlBar extends LightElement {
  /** @override */
  static template = html`
    <div class="controls" role="toolbar" data-part="bar" data-i18n-label="controls.label">
      <div class="controls-main">
        <button type="button" class="control" data-part="audio" data-shortcut="M"><ui-icon name="mic"></ui-icon></button>
        <button type="button" class="control" data-part="video" data-shortcut="V"><ui-icon name="camera"></ui-icon></button>
        <button type="button" class="control rare" data-part="screen" data-shortcut="S"><ui-icon name="screen"></ui-icon></button>
        <button type="button" class="control rare" data-part="hand" data-shortcut="H"><ui-icon name="hand"></ui-icon></button>
        <button type="button" class="control rare" data-part="react" aria-haspopup="true" data-i18n-label="action.react"><ui-icon name="smile"></ui-icon></button>
      </div>
      <div class="controls-side">
        <button type="button" class="control plain" data-part="chat" data-shortcut="C" data-i18n-label="action.chat" aria-describedby="chat-unread"><ui-icon name="chat"></ui-icon><span class="badge" data-part="unread" aria-hidden="true" hidden></span></button>
        <span class="visually-hidden" id="chat-unread" data-part="unread-words"></span>
        <button type="button" class="control plain" data-part="people" data-shortcut="P" data-i18n-label="action.people" aria-describedby="people-count"><ui-icon name="people"></ui-icon><span class="badge" data-part="waiting" aria-hidden="true" hidden></span></button>
        <span class="visually-hidden" id="people-count" data-part="people-words"></span>
        <button type="button" class="control plain rare" data-part="settings" data-i18n-label="action.settings"><ui-icon name="settings"></ui-icon></button>
        <button type="button" class="control plain" data-part="more" aria-haspopup="true" data-i18n-label="action.more"><ui-icon name="more"></ui-icon></button>
      </div>
      <div class="controls-leave">
        <button type="button" class="control leave" data-part="leave" data-i18n-label="action.leave"><ui-icon name="leave"></ui-icon></button>
        <button type="button" class="control leave-more rare" data-part="leave-more" aria-haspopup="true" data-i18n-label="leave.menu" hidden><ui-icon name="chevron-down"></ui-icon></button>
      </div>
    </div>
    <div class="menu" data-part="leave-menu" popover data-i18n-label="leave.menu" role="group">
      <button type="button" data-do="leave"><ui-icon name="leave"></ui-icon><span data-i18n="leave.goOn"></span></button>
      <button type="button" class="dangerous" data-do="end"><ui-icon name="close"></ui-icon><span data-i18n="room.end"></span></button>
    </div>
    <reaction-picker data-part="reactions" popover></reaction-picker>
    <div class="menu" data-part="menu" popover data-i18n-label="action.more" role="group">
      <reaction-picker class="on-phone" data-part="menu-reactions"></reaction-picker>
      <button type="button" class="on-phone" data-do="screen"><ui-icon name="screen"></ui-icon><span data-part="menu-screen"></span></button>
      <button type="button" class="on-phone" data-do="hand"><ui-icon name="hand"></ui-icon><span data-part="menu-hand"></span></button>
      <button type="button" data-do="view"><ui-icon data-part="menu-view-icon"></ui-icon><span data-part="menu-view"></span></button>
      <button type="button" data-do="full"><ui-icon name="expand"></ui-icon><span data-i18n="action.fullScreen"></span></button>
      <button type="button" data-do="room" data-part="menu-room"><ui-icon name="shield"></ui-icon><span data-i18n="action.roomSettings"></span></button>
      <button type="button" data-do="statistics"><ui-icon name="chart"></ui-icon><span data-i18n="settings.statistics"></span></button>
      <button type="button" data-do="help" class="on-desk"><ui-icon name="keyboard"></ui-icon><span data-i18n="help.title"></span></button>
      <button type="button" class="on-phone" data-do="settings"><ui-icon name="settings"></ui-icon><span data-i18n="action.settings"></span></button>
      <button type="button" class="on-phone dangerous" data-do="end" data-part="menu-end"><ui-icon name="close"></ui-icon><span data-i18n="room.end"></span></button>
    </div>`;

  /** @type {ControlView | undefined} */
  #view;

  /** @param {ControlView} view */
  set view(view) {
    this.#view = view;
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    /** @param {string} part @param {() => void} action */
    const on = (part, action) => this.child(part, HTMLButtonElement).addEventListener('click', action, { signal });
    for (const what of /** @type {const} */ (['audio', 'video', 'screen', 'hand'])) on(what, () => this.toggle(what));
    on('chat', () => this.emit('toggle-panel', { panel: 'chat' }));
    on('people', () => this.emit('toggle-panel', { panel: 'people' }));
    on('settings', () => this.emit('open-settings'));
    on('leave', () => this.act({ type: 'leave' }));
    on('more', () => togglePopover(this.child('menu', HTMLElement), this.child('more', HTMLElement)));
    on('react', () => togglePopover(this.child('reactions', HTMLElement), this.child('react', HTMLElement)));
    on('leave-more', () => togglePopover(this.child('leave-menu', HTMLElement), this.child('leave-more', HTMLElement)));
    for (const part of ['menu', 'leave-menu']) {
      const menu = this.child(part, HTMLElement);
      menu.addEventListener('click', (event) => this.#choose(menu, event), { signal });
      walkWithArrows(menu, signal);
    }
    this.addEventListener('choose-emoji', (event) => this.#react(event), { signal });
    walkWithArrows(this.child('bar', HTMLElement), signal);
  }

  /** @override */
  render() {
    const view = this.#view;
    if (!view) return;
    const { devices } = view;
    this.#paint('audio', devices.audio ? 'action.mute' : 'action.unmute', devices.audio ? 'mic' : 'mic-off', { off: !devices.audio });
    this.#paint('video', devices.video ? 'action.cameraOff' : 'action.cameraOn', devices.video ? 'camera' : 'camera-off', { off: !devices.video });
    this.#paint('screen', devices.screen ? 'action.stopSharing' : 'action.share', devices.screen ? 'screen-stop' : 'screen', { active: devices.screen });
    this.#paint('hand', view.handRaised ? 'action.lowerHand' : 'action.raiseHand', 'hand', { active: view.handRaised });
    for (const kind of /** @type {const} */ (['audio', 'video', 'screen'])) {
      // Not `disabled`: pressing it says why.
      this.child(kind, HTMLElement).setAttribute('aria-disabled', String(!view.may[kind] && !devices[kind]));
    }
    this.child('screen', HTMLElement).hidden = !view.canShare;
    this.child('chat', HTMLElement).setAttribute('aria-expanded', String(view.panel === 'chat'));
    this.child('people', HTMLElement).setAttribute('aria-expanded', String(view.panel === 'people'));
    this.#renderBadges(view);
    this.#renderMenu(view);
  }

  /**
   * Switches a device or the hand, as the buttons and the keyboard do.
   *
   * @param {'audio' | 'video' | 'screen' | 'hand'} what
   */
  toggle(what) {
    const view = this.#view;
    if (!view) return;
    switch (what) {
      case 'audio': return this.act({ type: 'setAudio', on: !view.devices.audio });
      case 'video': return this.act({ type: 'setVideo', on: !view.devices.video });
      case 'screen': return this.act({ type: view.devices.screen ? 'stopScreen' : 'shareScreen' });
      case 'hand': return this.act({ type: 'raiseHand', raised: !view.handRaised });
    }
  }

  /** @param {string} part @param {string} label @param {string} icon @param {Record<string, boolean>} classes */
  #paint(part, label, icon, classes) {
    const button = this.child(part, HTMLButtonElement);
    button.setAttribute('aria-label', t(label));
    button.querySelector('ui-icon')?.setAttribute('name', icon);
    for (const [name, on] of Object.entries(classes)) button.classList.toggle(name, on);
  }

  /** @param {ControlView} view */
  #renderBadges({ unread, waiting, people }) {
    const shown = (/** @type {number} */ count) => (count > 99 ? '99+' : String(count));
    this.child('unread', HTMLElement).hidden = unread === 0;
    this.child('unread', HTMLElement).textContent = shown(unread);
    this.child('unread-words', HTMLElement).textContent = unread === 0 ? '' : t('chat.unread', { count: unread });
    this.child('waiting', HTMLElement).hidden = waiting === 0;
    this.child('waiting', HTMLElement).textContent = shown(waiting);
    this.child('people-words', HTMLElement).textContent = waiting === 0 ? t('people.count', { count: people })
      : t('lobby.count', { count: waiting });
  }

  /** @param {ControlView} view */
  #renderMenu(view) {
    this.child('menu-screen', HTMLElement).textContent = t(view.devices.screen ? 'action.stopSharing' : 'action.share');
    this.child('menu-hand', HTMLElement).textContent = t(view.handRaised ? 'action.lowerHand' : 'action.raiseHand');
    this.child('menu-view', HTMLElement).textContent = t(view.view === 'gallery' ? 'view.speaker' : 'view.gallery');
    this.child('menu-view-icon', HTMLElement).setAttribute('name', view.view === 'gallery' ? 'spotlight' : 'grid');
    this.child('menu-room', HTMLElement).hidden = !view.mayModerate;
    this.child('menu-end', HTMLElement).hidden = !view.mayEnd;
    this.child('leave-more', HTMLElement).hidden = !view.mayEnd;
    const screen = this.querySelector('[data-do="screen"]');
    if (screen instanceof HTMLElement) screen.hidden = !view.canShare;
  }

  /** @param {HTMLElement} menu @param {Event} event */
  #choose(menu, event) {
    const chosen = /** @type {Element} */ (event.target).closest('[data-do]')?.getAttribute('data-do');
    if (!chosen) return;
    menu.hidePopover();
    switch (chosen) {
      case 'screen': case 'hand': return this.toggle(chosen);
      case 'view': return this.emit('toggle-view');
      case 'full': return this.emit('full-screen');
      case 'room': return this.emit('open-room-dialog');
      case 'statistics': return this.emit('open-settings', { tab: 'statistics' });
      case 'settings': return this.emit('open-settings');
      case 'help': return this.emit('open-help');
      case 'leave': return this.act({ type: 'leave' });
      case 'end': return void this.#end();
    }
  }

  async #end() {
    if (await mayEndRoom()) this.act({ type: 'endRoom' });
  }

  /** @param {Event} event */
  #react(event) {
    event.stopPropagation();
    this.act({ type: 'react', emoji: /** @type {CustomEvent<{emoji: string}>} */ (event).detail.emoji });
    if (event.target === this.child('menu-reactions', ReactionPicker)) this.child('menu', HTMLElement).hidePopover();
    else placePopover(this.child('reactions', HTMLElement), this.child('react', HTMLElement));
  }
}
customElements.define('control-bar', ControlBar);
