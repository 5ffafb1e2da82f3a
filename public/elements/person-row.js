import { t } from '../i18n/translate.js';
import { showAvatar } from './avatar.js';
import { connectionLine } from './connection-line.js';
import { html } from './html.js';
import { LightElement } from './light-element.js';
import { signalIcons } from './signal-words.js';

/** @typedef {import('./tile-words.js').ConnectionView & {handOrder: number | null}} PersonView */

/** One line of the people panel. */
export class PersonRow extends LightElement {
  /** @override */
  static template = html`
    <span class="avatar" data-part="avatar" aria-hidden="true"></span>
    <span class="person-name" data-part="name"></span>
    <span class="person-facts">
      <span class="chip" data-part="role" hidden></span>
      <span class="person-connection small" data-part="connection" hidden><ui-icon data-part="signal"></ui-icon><span data-part="connection-words"></span></span>
    </span>
    <span class="person-hand" data-part="hand" hidden><ui-icon name="hand"></ui-icon><span data-part="hand-order"></span></span>
    <span class="person-devices" data-part="devices" role="img">
      <ui-icon data-part="screen" name="screen"></ui-icon><ui-icon data-part="video"></ui-icon><ui-icon data-part="audio"></ui-icon>
    </span>
    <button type="button" class="icon-button" data-part="menu" aria-haspopup="true"><ui-icon name="more"></ui-icon></button>`;

  /** @type {PersonView | undefined} */
  #view;

  /** @param {PersonView} view */
  set view(view) {
    this.#view = view;
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.setAttribute('role', 'listitem');
    const menu = this.child('menu', HTMLButtonElement);
    menu.addEventListener('click', () => {
      this.emit('person-menu', { participant: this.#view?.participant.id, anchor: menu, tile: null });
    }, { signal });
  }

  /** @override */
  render() {
    if (!this.#view) return;
    const { participant, me, handOrder } = this.#view;
    const { name, role, devices } = participant;
    showAvatar(this.child('avatar', HTMLElement), name);
    this.child('name', HTMLElement).textContent = me ? t('tile.you', { name }) : name;
    this.child('role', HTMLElement).hidden = role === 'participant';
    this.child('role', HTMLElement).textContent = t(`role.${role}`);
    this.#renderConnection(this.#view);
    this.child('hand', HTMLElement).hidden = handOrder === null;
    this.child('hand-order', HTMLElement).textContent = handOrder === null ? '' : String(handOrder);
    this.child('screen', HTMLElement).hidden = !devices.screen;
    this.#device('video', devices.video, 'camera', 'camera-off');
    this.#device('audio', devices.audio, 'mic', 'mic-off');
    this.child('devices', HTMLElement).setAttribute('aria-label', [
      t(devices.audio ? 'tile.unmuted' : 'tile.muted'), t(devices.video ? 'tile.cameraOn' : 'tile.cameraOff'),
      ...(devices.screen ? [t('tile.sharing')] : []), ...(handOrder === null ? [] : [t('tile.handRaised', { number: handOrder })]),
    ].join(', '));
    this.child('menu', HTMLElement).setAttribute('aria-label', t('tile.menu', { name }));
  }

  /** @param {PersonView} view */
  #renderConnection(view) {
    const line = connectionLine(view);
    const element = this.child('connection', HTMLElement);
    element.hidden = line === null;
    element.classList.toggle('is-signal', line?.icon !== null);
    element.classList.toggle('poor', line?.isBad === true);
    this.child('signal', HTMLElement).hidden = line?.icon === null;
    this.child('signal', HTMLElement).setAttribute('name', line?.icon ?? signalIcons.good);
    this.child('connection-words', HTMLElement).textContent = line?.words ?? '';
  }

  /** @param {string} part @param {boolean} on @param {string} icon @param {string} iconOff */
  #device(part, on, icon, iconOff) {
    const element = this.child(part, HTMLElement);
    element.setAttribute('name', on ? icon : iconOff);
    element.classList.toggle('is-off', !on);
  }
}
customElements.define('person-row', PersonRow);
